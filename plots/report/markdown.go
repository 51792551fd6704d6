package report

import (
	"fmt"
	"strings"
)

// markdown renders the report for a repository or an editor; figures are linked by relative path.
func (d *document) markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", escape(d.title))
	for _, p := range d.summary {
		fmt.Fprintf(&b, "\n%s\n", escape(p))
	}
	for i, f := range d.findings {
		if i == 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "- %s\n", escape(f))
	}
	for _, s := range d.sections {
		fmt.Fprintf(&b, "\n## %s\n", escape(s.title))
		for _, k := range s.blocks {
			b.WriteByte('\n')
			switch {
			case k.text != "":
				fmt.Fprintf(&b, "%s\n", escape(k.text))
			case k.warning != "":
				fmt.Fprintf(&b, "> **Warning.** %s\n", escape(k.warning))
			case k.list != nil:
				for _, l := range k.list {
					fmt.Fprintf(&b, "- %s\n", escape(l))
				}
			case k.table != nil:
				k.table.markdown(&b)
			case k.figure != nil:
				fmt.Fprintf(&b, "![%s](figures/%s.svg)\n\n%s\n", escape(k.figure.Kind), k.figure.Name, escape(k.figure.Caption))
			case k.code != nil:
				fence := strings.Repeat("`", longestTicks(k.code.text)+1)
				fmt.Fprintf(&b, "%s\n\n%s%s\n%s\n%s\n", escape(k.code.caption), fence, k.code.lang, strings.TrimRight(k.code.text, "\n"), fence)
			}
		}
	}
	return []byte(b.String())
}

// longestTicks is the longest run of backticks in a text, at least two.
func longestTicks(s string) int {
	longest, n := 2, 0
	for _, r := range s {
		if r == '`' {
			n++
			longest = max(longest, n)
		} else {
			n = 0
		}
	}
	return longest
}

func (t *table) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "%s\n\n|", escape(t.caption))
	rule := "\n|"
	for _, c := range t.columns {
		switch {
		case t.hidden[c.field]:
			continue
		case c.text:
			rule += " :--- |"
		default:
			rule += " ---: |"
		}
		fmt.Fprintf(b, " %s |", escape(c.name))
	}
	b.WriteString(rule)
	b.WriteByte('\n')
	for i, row := range t.rows {
		if t.folded && i == maxFrontRows {
			fmt.Fprintf(b, "\n%d more rows are in tables/%s.csv.\n", len(t.rows)-i, t.name)
			break
		}
		b.WriteByte('|')
		for k, v := range row {
			if !t.hidden[t.columns[k].field] {
				fmt.Fprintf(b, " %s |", v.markdown())
			}
		}
		b.WriteByte('\n')
	}
	for _, n := range t.notes {
		fmt.Fprintf(b, "\n%s\n", escape(n))
	}
}

// markdown is a cell: the best bold, ties underlined.
func (v value) markdown() string {
	switch s := escape(v.shown); v.mark {
	case bestMark:
		return "**" + s + "**"
	case tieMark:
		return "<u>" + s + "</u>"
	default:
		return s
	}
}

// escape keeps text from being read as Markdown or HTML.
func escape(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "*", `\*`, "`", "\\`", "[", `\[`, "]", `\]`).Replace(s)
}
