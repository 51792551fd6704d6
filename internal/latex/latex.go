// Package latex writes text so that LaTeX prints it as it stands.
package latex

import "strings"

// Escape returns text for the running text of a document, white space as single spaces. Signs that fonts of
// LaTeX lack in text, such as Greek letters, are set as mathematics; other letters stay, since LaTeX reads
// UTF-8.
func Escape(s string) string { return signs.Replace(strings.Join(strings.Fields(s), " ")) }

var signs = func() *strings.Replacer {
	pairs := []string{
		`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`,
		"~", `\textasciitilde{}`, "^", `\textasciicircum{}`, "<", `\textless{}`, ">", `\textgreater{}`, "[", "{[}", "]", "{]}",
		"−", "$-$", "±", `$\pm$`, "–", "--", "—", "---", "∞", `$\infty$`, "×", `$\times$`, "·", `$\cdot$`, "≤", `$\le$`, "≥", `$\ge$`,
		"²", "$^2$", "³", "$^3$", "’", "'", "\u00A0", "~", "…", `\dots{}`, "→", `$\to$`,
		"ε", `$\varepsilon$`, "ο", "o", "Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "I", "Κ", "K", "Μ", "M", "Ν", "N", "Ο", "O",
		"Ρ", "P", "Τ", "T", "Χ", "X",
	}
	for _, letter := range strings.Fields("αalpha βbeta γgamma δdelta ζzeta ηeta θtheta ιiota κkappa λlambda μmu µmu νnu ξxi πpi ρrho σsigma ςvarsigma " +
		"τtau υupsilon φphi χchi ψpsi ωomega ΓGamma ΔDelta ΘTheta ΛLambda ΞXi ΠPi ΣSigma ΥUpsilon ΦPhi ΨPsi ΩOmega") {
		sign := []rune(letter)
		pairs = append(pairs, string(sign[0]), `$\`+string(sign[1:])+"$")
	}
	return strings.NewReplacer(pairs...)
}()
