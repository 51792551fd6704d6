package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// fivePoints of two maximised objectives: the third and the last are dominated.
const fivePoints = "a,b\n1,5\n2,3\n4,1\n3,3\n1,1\n"

// TestParetoCommandsByHand: what each command finds in five points, by hand. Every answer is JSON
// and holds the given text.
func TestParetoCommandsByHand(t *testing.T) {
	for _, c := range []struct{ args, in, want string }{
		{"contributions --ref 0,0", fivePoints, `{"points":5,"reference_point":[0,0],"contributions":[2,0,1,4,0],"least":1}`},
		{"contributions --ref 0,0 --count-dominated", "2 2\n1 1\n", `"contributions":[3,0]`},
		{"contributions --ref 9,9 --minimize", "1 5\n5 1\n", `"contributions":[16,16]`},
		{"select --ref 0,0 --k 2", fivePoints, `"hypervolume":11,"rows":[0,3],"front":[[1,5],[3,3]]`},
		{"select --ref 0,0 --k 2 --method forward", fivePoints, `"rows":[0,3]`},
		{"select --ref 0,0 --k 2 --method exact", fivePoints, `"method":"exact","reference_point":[0,0],"hypervolume":11`},
		{"rank", fivePoints, `{"points":5,"ranks":[0,1,0,0,2],"crowding":[null,null,null,2,null]}`},
		{"rank --fronts 1", fivePoints, `"ranks":[0,1,0,0,1]`},
		{"ccs", fivePoints, `"rows":[0,2,3]`},
		{"ccs", "0 2\n2 0\n1 1.5\n", `"margin":[0.5,1,0.25],"corner_weights":[[0.3333333333333333,0.6666666666666666],[0.6`},
		{"ccs --minimize", "0 2\n2 0\n1.5 1.5\n", `"rows":[0,1]`},
		{"knee --method hyperplane --top 1", fivePoints, `"rows":[3]`},
		{"knee --method bend-angle --top 1", fivePoints, `"rows":[3]`},
		{"knee --top 1", "0 2\n2 0\n", `"method":"expected marginal utility"`},
		{"weights 3 --lattice 2", "", `{"kind":"lattice","count":6,"weights":[[0,0,1],[0,0.5,0.5],[0,1,0],[0.5,0,0.5],[0.5,0.5,0],[1,0,0]]}`},
		{"weights 2 --layers 1,1", "", `"weights":[[0,1],[1,0],[0.25,0.75],[0.75,0.25]]`},
		{"weights 2 --extrema", "", `"weights":[[1,0],[0,1]]`},
		{"weights 3 --cmorl 0.1", "", `"count":62`},
		{"weights 5 --riesz 1", "", `"weights":[[0.2,0.2,0.2,0.2,0.2]]`},
	} {
		code, out, errs := pipe(c.in, append([]string{"pareto"}, append(strings.Fields(c.args), "--json")...)...)
		var compact strings.Builder
		var v any
		if err := json.Unmarshal([]byte(out), &v); code != exitOK || err != nil {
			t.Errorf("%s: exit code %d, %v, %q, %s", c.args, code, err, out, errs)
			continue
		}
		for _, r := range out { // JSON without its white space; no text in these answers has any that counts
			if r != '\n' && r != ' ' {
				compact.WriteRune(r)
			}
		}
		if want := strings.ReplaceAll(c.want, " ", ""); !strings.Contains(compact.String(), want) {
			t.Errorf("%s: %s\nwant %s", c.args, compact.String(), want)
		}
	}
}

// TestAttainmentSurfaces of three runs, by hand.
func TestAttainmentSurfaces(t *testing.T) {
	runs := []string{writePoints(t, "1,3\n3,1\n"), writePoints(t, "2,2\n"), writePoints(t, "2,2\n0,4\n")}
	for _, c := range []struct{ level, want string }{
		{"best", "3,1\n2,2\n1,3\n0,4\n"},
		{"1", "3,1\n2,2\n1,3\n0,4\n"},
		{"median", "2,2\n0,3\n"},
		{"0.5", "2,2\n0,3\n"},
		{"worst", "2,1\n1,2\n"},
		{"3", "2,1\n1,2\n"},
	} {
		code, out, errs := pipe("", append([]string{"pareto", "eaf", "--level", c.level}, runs...)...)
		if code != exitOK || out != c.want {
			t.Errorf("level %s: exit code %d, %q, want %q; %s", c.level, code, out, c.want, errs)
		}
	}
	code, out, _ := pipe("", append([]string{"pareto", "eaf", "--json", "--ref", "0,0"}, runs[1], runs[1])...)
	if code != exitOK || !strings.Contains(strings.Join(strings.Fields(out), ""), `"level":1,"hypervolume":4,"mean_hypervolume":4,"deviation":0,"surface":[[2,2]]`) {
		t.Errorf("equal runs: exit code %d, %s", code, out)
	}
}

// TestParetoCommandsRefuse: wrong use is told apart from failure, and the message says what to do.
func TestParetoCommandsRefuse(t *testing.T) {
	one := writePoints(t, "1 2\n")
	three := writePoints(t, "1 2 3\n")
	for _, c := range []struct{ args, in, want string }{
		{"contributions", fivePoints, "--ref is missing"},
		{"contributions --ref 0", fivePoints, "give one value per objective"},
		{"contributions --ref 0,0", "1 nan\n", "give a finite number"},
		{"select --ref 0,0", fivePoints, "--k is 0"},
		{"select --ref 0,0 --k 2 --method best", fivePoints, "choose backward, forward or exact"},
		{"select --ref 0,0,0 --k 1 --method exact", "1 2 3\n4 0 1\n", "objectives"},
		{"rank --fronts -1", fivePoints, "--fronts is -1"},
		{"knee --method bend-angle", "1 2 3\n", "objectives"},
		{"knee --method elbow", fivePoints, "choose marginal-utility, hyperplane or bend-angle"},
		{"knee --top 0", fivePoints, "--top is 0"},
		{"knee --weights 100000", "1 2 3\n", "give a smaller number"},
		{"eaf", "", "takes a FILE for each run"},
		{"eaf --level 3 " + one, "", "give a whole number from 1 to 1"},
		{"eaf --level often " + one, "", "best, median, worst"},
		{"eaf " + one + " " + three, "", "compare sets of the same objectives"},
		{"eaf --ref 1 " + one, "", "give one value per objective"},
		{"weights", "", "takes the number of objectives"},
		{"weights 0 --lattice 2", "", "from 1 to 64"},
		{"weights 3", "", "which weights?"},
		{"weights 3 --lattice 2 --riesz 5", "", "exclude each other"},
		{"weights 3 --lattice 0", "", "give at least 1"},
		{"weights 9 --lattice 100", "", "give a smaller number"},
		{"weights 3 --layers 2", "", "OUTER,INNER"},
		{"weights 3 --riesz 0", "", "--riesz"},
		{"weights 3 --cmorl 2", "", "--cmorl"},
	} {
		code, out, errs := pipe(c.in, append([]string{"pareto"}, strings.Fields(c.args)...)...)
		if code != exitUsage || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%s: exit code %d, output %q, message %q; want %q", c.args, code, out, errs, c.want)
		}
	}
}
