package explorer

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// luminance is the relative luminance of a colour #rrggbb, as WCAG 2.2 defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	v, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(shift uint) float64 {
		c := float64(v>>shift&0xFF) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

// Text can be read in both themes: contrast of at least 4.5 on every ground that it stands on, and of 3 for
// the borders of controls.
func TestContrast(t *testing.T) {
	themes := regexp.MustCompile(`(?s):root(\[data-theme="dark"\])? \{(.*?)\n\}`).FindAllStringSubmatch(read(t, "app.css"), -1)
	if len(themes) != 2 {
		t.Fatalf("%d themes in app.css, want 2", len(themes))
	}
	for i, name := range []string{"light", "dark"} {
		colors := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(themes[i][2], -1) {
			colors[m[1]] = m[2]
		}
		check := func(front, back string, least float64) {
			a, b := luminance(t, colors[front]), luminance(t, colors[back])
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < least {
				t.Errorf("%s: %s on %s has contrast %.2f, want %v", name, front, back, got, least)
			}
		}
		for _, back := range []string{"ground", "sheet", "raised"} {
			for _, front := range []string{"ink", "soft", "accent", "good", "bad", "warn"} {
				check(front, back, 4.5)
			}
		}
		check("ink", "tint", 4.5)
		check("accent", "tint", 4.5)
		check("on-accent", "accent", 4.5)
		check("strong", "sheet", 3)
		check("strong", "ground", 3)
	}
}
