package plots

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"path/filepath"

	"github.com/paretolab/paretolab/internal/atomicfile"
)

// WriteGallery draws every example into dir in the given formats (default: all), with a page index.html that
// shows them all, and returns the files, the page first. It stops when ctx is done.
func WriteGallery(ctx context.Context, dir string, formats ...string) ([]string, error) {
	docs := map[string]string{}
	for _, k := range Kinds() {
		docs[k.Name] = k.Doc
	}
	var files []string
	var shown []galleryEntry
	for _, e := range Examples() {
		if err := context.Cause(ctx); err != nil {
			return files, err
		}
		fig, err := Figure(e.Kind, e.Runs, e.Style)
		if err != nil {
			return files, err
		}
		saved, err := fig.Save(dir, e.Name, formats...)
		files = append(files, saved...)
		if err != nil {
			return files, err
		}
		svg, err := fig.svg()
		if err != nil {
			return files, err
		}
		svg = svg[max(bytes.Index(svg, []byte("<svg")), 0):]
		shown = append(shown, galleryEntry{e.Name, e.Kind, docs[e.Kind], fig.Caption, template.HTML(svg)})
	}
	var page bytes.Buffer
	if err := galleryTemplate.Execute(&page, shown); err != nil {
		return files, fmt.Errorf("plots: %w", err)
	}
	path := filepath.Join(dir, "index.html")
	if err := atomicfile.WriteInto(path, page.Bytes(), 0o666); err != nil {
		return files, fmt.Errorf("plots: %w", err)
	}
	return append([]string{path}, files...), nil
}

// galleryEntry is a figure of the page.
type galleryEntry struct {
	Name, Kind, Doc, Caption string
	SVG                      template.HTML
}

var galleryTemplate = template.Must(template.New("gallery").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Kinds of figures</title>
<style>
body { font: 15px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
figure { margin: 2.5rem 0; }
figcaption { color: #444; font-size: 13px; }
svg { max-width: 100%; height: auto; }
.grey svg { filter: grayscale(1); }
</style>
<h1>Kinds of figures</h1>
<p>Every kind, drawn from made-up runs at the width of a column or a page of a paper; the same once more in grey, as a
printer shows it.</p>
{{range .}}
<figure id="{{.Name}}">
<h2>{{.Name}}</h2>
<p><code>paretolab plot {{.Kind}}</code>: {{.Doc}}</p>
<div>{{.SVG}}</div>
<div class="grey">{{.SVG}}</div>
<figcaption>{{.Caption}}</figcaption>
</figure>
{{end}}
</html>
`))
