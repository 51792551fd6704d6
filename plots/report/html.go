package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/paretolab/paretolab/plots"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{"tie": tie}).Parse(pageText))

// ties are what a line should not be broken in: vectors and sample sizes.
var ties = regexp.MustCompile(`\([−\d., ]+\)|n = \d+`)

// tie puts spaces there at which no line is broken.
func tie(s string) string {
	return ties.ReplaceAllStringFunc(s, func(part string) string { return strings.ReplaceAll(part, " ", "\u00A0") })
}

// maxPage is the size of a page. Of what would exceed it files are named: of figures first, then of rows.
const maxPage = 5_000_000 - 1

// htmlBlock is a block as the template wants it.
type htmlBlock struct {
	Text, Warning string
	List          []string
	Table         *htmlTable
	Figure        *htmlFigure
	Code          *htmlCode
}

type htmlTable struct {
	Caption string
	Head    []htmlCell
	Rows    [][]htmlCell
	Notes   []string
	Folded  bool
	More    string
}

type htmlCell struct {
	Text string
	Word bool
	Long bool // broken into lines
	Best bool // bold
	Tie  bool // underlined
}

// longWord is the length of text in a cell that may be broken.
const longWord = 36

type htmlFigure struct {
	SVG      template.HTML
	Width    int // CSS pixels
	Name     string
	Caption  string
	TooLarge bool
}

type htmlCode struct {
	Caption, Text string
	Folded        bool
}

type htmlSection struct {
	ID, Title string
	Blocks    []htmlBlock
}

// html renders the page, with less of figures and long tables in it the larger it would be.
func (d *document) html() ([]byte, error) {
	inline, rows := 4<<20, maxFrontRows
	for {
		b, err := d.htmlWithin(inline, rows)
		if err != nil || len(b) <= maxPage || inline == 0 && rows == 0 {
			return b, err
		}
		inline, rows = inline/2, rows/2
		if inline < 1<<16 {
			inline, rows = 0, 0
		}
	}
}

// htmlWithin renders the page with figures up to a size in bytes, and so many rows of long tables.
func (d *document) htmlWithin(most, rows int) ([]byte, error) {
	view := struct {
		Title             string
		Summary, Findings []string
		Sections          []htmlSection
	}{Title: d.title, Summary: d.summary, Findings: d.findings}
	inline := 0
	for i, s := range d.sections {
		hs := htmlSection{ID: fmt.Sprintf("section-%d", i+1), Title: s.title}
		for _, b := range s.blocks {
			hb := htmlBlock{Text: b.text, Warning: b.warning, List: b.list}
			switch {
			case b.table != nil:
				hb.Table = b.table.html(rows)
			case b.code != nil:
				hb.Code = &htmlCode{b.code.caption, b.code.text, b.code.folded}
			case b.figure != nil:
				f, err := inlineFigure(b.figure)
				if err != nil {
					return nil, err
				}
				if inline += len(f.SVG); inline > most {
					inline -= len(f.SVG)
					f.SVG, f.TooLarge = "", true
				}
				hb.Figure = f
			}
			hs.Blocks = append(hs.Blocks, hb)
		}
		view.Sections = append(view.Sections, hs)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, view); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return b.Bytes(), nil
}

func (t *table) html(most int) *htmlTable {
	h := &htmlTable{Caption: t.caption, Notes: t.notes, Folded: t.folded}
	for _, c := range t.columns {
		if !t.hidden[c.field] {
			h.Head = append(h.Head, htmlCell{Text: c.name, Word: c.text})
		}
	}
	for i, row := range t.rows {
		if t.folded && i == most {
			h.More = fmt.Sprintf("%d more rows are in tables/%s.csv.", len(t.rows)-i, t.name)
			break
		}
		var cells []htmlCell
		for k, v := range row {
			if c := t.columns[k]; !t.hidden[c.field] {
				cells = append(cells, htmlCell{v.shown, c.text, c.text && len(v.shown) > longWord, v.mark == bestMark, v.mark == tieMark})
			}
		}
		h.Rows = append(h.Rows, cells)
	}
	return h
}

var svgTag = regexp.MustCompile(`(?s)<svg width="[^"]*" height="[^"]*" viewBox="([^"]*)"[^>]*>`)

// Sizes of figures in the page.
const (
	screenScale = 1.6 // CSS pixels per point: text of 8 pt reads like that of the page
	leastScale  = 1.2 // on a narrow screen; a wider figure is scrolled
)

// inlineFigure is a figure as part of the page.
func inlineFigure(f *plots.Fig) (*htmlFigure, error) {
	var b bytes.Buffer
	if err := f.Encode(&b, "svg"); err != nil {
		return nil, err
	}
	svg := b.String()
	if i := strings.Index(svg, "<svg"); i > 0 {
		svg = svg[i:]
	}
	label := template.HTMLEscapeString(f.Caption)
	svg = svgTag.ReplaceAllStringFunc(svg, func(tag string) string {
		box := svgTag.FindStringSubmatch(tag)[1]
		return fmt.Sprintf(`<svg viewBox="%s" role="img" aria-label="%s" style="min-width:%.0fpx">`, box, label, leastScale*f.Width.Points())
	})
	return &htmlFigure{SVG: template.HTML(svg), Width: int(screenScale * f.Width.Points()), Name: f.Name, Caption: f.Caption}, nil
}
