//go:build amd64 && !purego

package kern

import (
	"testing"

	"golang.org/x/sys/cpu"
)

// A CPU without a feature must not get a path that uses it, and the error must
// name the feature and what can be had instead.
func TestSelectOnLesserCPUs(t *testing.T) {
	has := cpu.X86
	defer func() { cpu.X86, active = has, started }()
	const lacks = ", which this CPU or operating system lacks: use auto or generic"
	for _, c := range []struct {
		name              string
		avx2, fma, avx512 bool
		best              string
		refusals          map[string]string // by path
	}{
		{"neither", false, false, false, "generic", map[string]string{
			"avx2":   `kernel path "avx2" needs AVX2, FMA` + lacks,
			"avx512": `kernel path "avx512" needs AVX2, FMA, AVX512F` + lacks,
		}},
		{"AVX2 alone", true, false, false, "generic", map[string]string{
			"avx2":   `kernel path "avx2" needs FMA` + lacks,
			"avx512": `kernel path "avx512" needs FMA, AVX512F` + lacks,
		}},
		{"AVX2 and FMA", true, true, false, "avx2", map[string]string{
			"avx512": `kernel path "avx512" needs AVX512F` + lacks + " or avx2",
		}},
		{"all", true, true, true, "avx512", nil},
	} {
		cpu.X86.HasAVX2, cpu.X86.HasFMA, cpu.X86.HasAVX512F = c.avx2, c.fma, c.avx512
		if got := pathNames[best()]; got != c.best {
			t.Errorf("%s: the best path is %q, want %q", c.name, got, c.best)
		}
		for _, path := range pathNames {
			refusal := ""
			if err := Select(path); err != nil {
				refusal = err.Error()
			}
			if refusal != c.refusals[path] {
				t.Errorf("%s: Select(%q): %q, want %q", c.name, path, refusal, c.refusals[path])
			}
		}
	}
}
