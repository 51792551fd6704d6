package explorer

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExports: the files that the browser saves are those that the shown command lines make.
func TestExports(t *testing.T) {
	program(t)
	dir := treasures(t)
	p := open(t, dir)
	id, _ := p.on("deep-sea-treasure-v0")
	for _, x := range []struct{ card, format, name string }{
		{"Front", "csv", "cmorl__deep-sea-treasure-v0__s0-front.csv"},
		{"Front", "json", "cmorl__deep-sea-treasure-v0__s0-front.json"},
		{"Figure", "svg", "front2d.svg"},
	} {
		p.goTo("#/export?runs=" + id)
		card := `[...document.querySelectorAll("section")].find((s) => s.firstChild.textContent === ` + js(x.card) + `)`
		p.wait("Boolean(" + card + ")")
		ask[bool](p, `(() => { const s = [...`+card+`.querySelectorAll("select")].find((s) => [...s.options].some((o) => o.value === `+js(x.format)+`)); s.value = `+js(x.format)+`; s.dispatchEvent(new Event("change")); return true; })()`)
		p.wait(card + `.querySelector("pre")?.textContent.includes("--format ` + x.format + `")`)
		command := ask[string](p, card+`.querySelector("pre").textContent`)
		got, err := os.ReadFile(p.saved(x.card, x.name))
		if err != nil {
			t.Fatal(err)
		}
		work := t.TempDir()
		if x.card == "Figure" {
			command += " --out " + work // beside the run otherwise
		}
		want := []byte(shell(t, work, command))
		if x.card == "Figure" { // which is written to a file
			files, _ := filepath.Glob(filepath.Join(work, "*", "*."+x.format))
			more, _ := filepath.Glob(filepath.Join(work, "*."+x.format))
			files = append(files, more...)
			if len(files) != 1 {
				t.Fatalf("%s makes %v", command, files)
			}
			if want, err = os.ReadFile(files[0]); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s makes\n%.400s\nand the page saves\n%.400s", command, want, got)
		}
		switch x.format {
		case "json":
			if !json.Valid(got) {
				t.Errorf("%s is no JSON: %.200s", x.name, got)
			}
		case "csv":
			if _, front, _ := loaded(t, dir, pathOf(p, id)); strings.Count(string(got), "\n") != front.Len()+1 {
				t.Errorf("%s has other rows than the front:\n%s", x.name, got)
			}
		}
	}
}
