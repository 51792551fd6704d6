// Package latextest checks tables that were written for LaTeX.
package latextest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Table checks the form of a table: braces and environments are closed, dollar signs come in pairs, rows have
// as many cells as the head declares, no sign is left that LaTeX gives a meaning to, and rules are those of
// booktabs.
func Table(t *testing.T, name, tex string) {
	t.Helper()
	plain := escaped.ReplaceAllString(tex, "")
	depth := 0
	for _, r := range plain {
		switch r {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				t.Errorf("%s: a brace is closed that was not opened", name)
				return
			}
		}
	}
	if depth != 0 || strings.Count(plain, "$")%2 != 0 {
		t.Errorf("%s: %d braces stay open, %d dollar signs", name, depth, strings.Count(plain, "$"))
	}
	for _, environment := range []string{"table", "tabular"} {
		if strings.Count(tex, `\begin{`+environment+"}") != 1 || strings.Count(tex, `\end{`+environment+"}") != 1 {
			t.Errorf("%s: it is not one %s", name, environment)
		}
	}
	format := columns.FindStringSubmatch(tex)
	if format == nil {
		t.Fatalf("%s: it declares no columns", name)
	}
	head, body, _ := strings.Cut(tex, `\toprule`)
	body, _, ended := strings.Cut(body, `\bottomrule`)
	if !ended || strings.Count(body, `\midrule`) != 1 || !strings.Contains(head, `\caption{`) || !strings.Contains(head, `\label{tab:`) {
		t.Errorf("%s: a rule, the caption or the label is missing", name)
	}
	for line := range strings.Lines(strings.ReplaceAll(body, `\midrule`, "")) {
		row := escaped.ReplaceAllString(strings.TrimSpace(line), "")
		if row == "" || row == `\\` {
			continue
		}
		cells, complete := strings.CutSuffix(row, `\\`)
		if n := strings.Count(cells, "&") + 1; !complete || n != len(format[1]) || strings.ContainsAny(cells, "#%_~^") && !strings.Contains(cells, "$") {
			t.Errorf("%s: %d cells of %d columns in %q", name, n, len(format[1]), line)
		}
	}
}

var (
	escaped = regexp.MustCompile(`\\[&%$#_{}]`)
	columns = regexp.MustCompile(`\\begin\{tabular\}\{([lrc]+)\}`)
)

// Compile typesets tables in one document, where LaTeX is installed; else it skips the test.
func Compile(t *testing.T, tables ...string) {
	t.Helper()
	program, err := exec.LookPath("pdflatex")
	if err != nil {
		t.Skip("NOT CHECKED: that the tables compile, since pdflatex is not installed here")
	}
	dir := t.TempDir()
	document := "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n" + strings.Join(tables, "\n\\clearpage\n") + "\n\\end{document}\n"
	if err := os.WriteFile(filepath.Join(dir, "tables.tex"), []byte(document), 0o666); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-interaction=nonstopmode", "-halt-on-error", "tables.tex")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
