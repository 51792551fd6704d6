//go:build amd64 && !purego

package kern

import (
	"strings"
	"testing"

	"golang.org/x/sys/cpu"
)

// A CPU without a feature must not get a path that uses it, and the error must
// name the feature.
func TestSelectOnLesserCPUs(t *testing.T) {
	has := cpu.X86
	defer func() { cpu.X86, active = has, best() }()
	for _, c := range []struct {
		name              string
		avx2, fma, avx512 bool
		best              string
		lacks             map[string]string // by path
	}{
		{"neither", false, false, false, "generic", map[string]string{"avx2": "AVX2, FMA", "avx512": "AVX2, FMA, AVX512F"}},
		{"AVX2 alone", true, false, false, "generic", map[string]string{"avx2": "needs FMA", "avx512": "FMA, AVX512F"}},
		{"AVX2 and FMA", true, true, false, "avx2", map[string]string{"avx512": "needs AVX512F"}},
		{"all", true, true, true, "avx512", nil},
	} {
		cpu.X86.HasAVX2, cpu.X86.HasFMA, cpu.X86.HasAVX512F = c.avx2, c.fma, c.avx512
		if got := pathNames[best()]; got != c.best {
			t.Errorf("%s: the best path is %q, want %q", c.name, got, c.best)
		}
		for _, path := range []string{"generic", "avx2", "avx512"} {
			err := Select(path)
			if want, ok := c.lacks[path]; ok != (err != nil) || ok && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: Select(%q): %v, want it to name %q", c.name, path, err, want)
			}
		}
	}
}
