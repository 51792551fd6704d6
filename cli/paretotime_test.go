package cli

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestParetoTime: every operation prints its value and two times.
func TestParetoTime(t *testing.T) {
	points := writePoints(t, "1 5\n2 3\n4 1\n4 4\n")
	other := writePoints(t, "2 6\n3 4\n5 2\n")
	for op, want := range map[string]float64{
		"hv": 17, "contrib": 9, "nd": 3, "rank": 1,
		"igd": (2*math.Sqrt2 + 1) / 3, "igdp": 0, "epsa": -1,
	} {
		files := points + "," + points
		if op == "igd" || op == "igdp" || op == "epsa" {
			files = points + "@" + other
		}
		code, out, errs := pipe("", "pareto", "time", op, files, "1", "6", "6")
		var value, median, least float64
		if n, err := fmt.Sscan(out, &value, &median, &least); code != 0 || n != 3 || err != nil || math.Abs(value-want) > 1e-12 || least > median {
			t.Errorf("%s: code %d, %q, %q; want %v and two times", op, code, out, errs, want)
		}
	}
	for _, args := range [][]string{{"hv"}, {"volume", points, "1"}, {"hv", points, "none"}, {"hv", points, "1", "x"}} {
		if code, out, _ := pipe("", append([]string{"pareto", "time"}, args...)...); code != exitUsage || out != "" {
			t.Errorf("%s: code %d, %q", strings.Join(args, " "), code, out)
		}
	}
}
