package plots

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The numbers behind lines are those drawn, and a name looks the same in every panel.
func TestLines(t *testing.T) {
	panels := []LinePanel{
		{Title: "near", X: "answers", Y: "loss", Lines: []Line{
			{Name: "random", X: []float64{0, 1}, Y: []float64{0.4, 0.3}, Low: []float64{0.35, 0.2}, High: []float64{0.45, 0.4}},
			{Name: "evoi", X: []float64{0, 1}, Y: []float64{0.4, 0.1}}}},
		{Title: "far", X: "answers", Y: "loss", Lines: []Line{{Name: "random", X: []float64{0, 1}, Y: []float64{0.5, 0.4}}}},
	}
	fig := Lines("test", "A caption.", panels, Style{Width: Page})
	var svg bytes.Buffer
	if err := fig.Encode(&svg, "svg"); err != nil {
		t.Fatal(err)
	}
	for text, times := range map[string]int{">random<": 1, ">evoi<": 1, ">near<": 1, ">far<": 1, ">loss<": 2} {
		if n := strings.Count(svg.String(), text); n != times {
			t.Errorf("%q stands %d times in the figure, not %d", text, n, times)
		}
	}
	dir := t.TempDir()
	path, err := fig.SaveData(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	want := "panel,name,x,y,low,high\nnear,random,0,0.4,0.35,0.45\nnear,random,1,0.3,0.2,0.4\n" +
		"near,evoi,0,0.4,0.4,0.4\nnear,evoi,1,0.1,0.1,0.1\nfar,random,0,0.5,0.5,0.5\nfar,random,1,0.4,0.4,0.4\n"
	if got := mustRead(t, path); got != want {
		t.Errorf("data\n%s\nnot\n%s", got, want)
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
