package explorer

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestMarkupStaysText: names of runs and objectives with markup are shown as they are, on every page that names them, and nothing of it
// becomes an element or runs.
func TestMarkupStaysText(t *testing.T) {
	const markup = `<img src=x onerror="window.pwned=1">`
	dir := t.TempDir()
	run := filepath.Join(dir, markup)
	makeRun(t, run, made{m: 3, n: 12, evals: 4, complete: true})
	info := filepath.Join(run, "run.json")
	b, err := os.ReadFile(info)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{`"o1"`, `"made-v0"`} {
		b = bytes.Replace(b, []byte(name), []byte(`"<img src=x onerror='window.pwned=1'><b>bold</b>"`), 1)
	}
	if err := os.WriteFile(info, b, 0o644); err != nil {
		t.Fatal(err)
	}
	p := open(t, dir)
	id := p.runs()[markup]
	for _, page := range []string{"#/runs", "#/front?views=2d,3d,matrix,parallel,table&runs=" + id, "#/weights?runs=" + id, "#/choose?runs=" + id,
		"#/live?runs=" + id, "#/compare?runs=" + id, "#/export?runs=" + id, "#/policy?runs=" + id + "&p=" + id + ".s1.w0.u10"} {
		p.goTo("#/help")
		p.says("Words")
		p.goTo(page)
		p.says("<b>bold</b>")
		if n := ask[int](p, `document.querySelectorAll("main img, main b").length`); n != 0 || ask[bool](p, `window.pwned !== undefined`) {
			t.Errorf("%s: markup of a run became %d elements", page, n)
		}
	}
}
