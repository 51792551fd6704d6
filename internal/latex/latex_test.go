package latex

import "testing"

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"50 % & more_or #1":   `50 \% \& more\_or \#1`,
		"a {b}\\c ~ ^ $":      `a \{b\}\textbackslash{}c \textasciitilde{} \textasciicircum{} \$`,
		"−1.5 ± 2 [0, ∞]":     `$-$1.5 $\pm$ 2 {[}0, $\infty${]}`,
		"Search β=0.8, Ω < ε": `Search $\beta$=0.8, $\Omega$ \textless{} $\varepsilon$`,
		"two\n lines, Élan":   "two lines, Élan",
	} {
		if got := Escape(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
