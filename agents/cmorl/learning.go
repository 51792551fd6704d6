package cmorl

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/agents"
)

// learningCurves hold the utility w·G of every policy of stage 1 at every measurement so far.
type learningCurves [][]float64

// with returns the curves with the measurements of a boundary; the old ones stay as they are.
func (c learningCurves) with(measured []agents.Measured[pathState]) learningCurves {
	longer := make(learningCurves, len(measured))
	for i, x := range measured {
		if c != nil {
			longer[i] = c[i]
		}
		longer[i] = append(slices.Clip(longer[i]), dot(x.State.Task.Goal.Preference, x.Value.Return))
	}
	return longer
}

// steep is the late share of a gain above which a policy had not learned its task: half of what a steady rise
// has.
const steep = 0.125

// lateShare is how much of the gain in utility from the worst fifth of measurements to the last came since the
// last but one: 0.25 in a steady rise. It is 0 where less than a hundredth of the utility was gained. Curves of
// fewer than five measurements do not tell.
func lateShare(curve []float64) float64 {
	length := len(curve) / 5
	if length == 0 {
		return math.NaN()
	}
	var fifths []float64
	for end := len(curve); end >= length; end -= length {
		sum := 0.0
		for _, u := range curve[end-length : end] {
			sum += u
		}
		fifths = append(fifths, sum/float64(length))
	}
	gain := fifths[0] - slices.Min(fifths)
	if gain <= 0.01*math.Abs(fifths[0]) {
		return 0
	}
	return max(0, (fifths[0]-fifths[1])/gain)
}

// notesOnStage1 warns of policies that still learned fast when stage 1 ended, and of an archive from which
// stage 2 cannot start.
func (t *training) notesOnStage1() []string {
	var notes, rising, all []string
	for i, curve := range t.Curves {
		share := lateShare(curve)
		if math.IsNaN(share) {
			continue
		}
		text := fmt.Sprintf("w%d %.0f %%", i, 100*share)
		all = append(all, text)
		if share > steep {
			rising = append(rising, fmt.Sprintf("w%d", i))
		}
	}
	if len(rising) > 0 {
		remedy := "give the run more steps"
		if t.settings.extends() && t.settings.Stage1Share < 1 {
			remedy = "give the run more steps, or stage 1 a larger stage1_share"
		}
		notes = append(notes, fmt.Sprintf("stage 1 still rises steeply for %s: of the utility that each policy gained, the last fifth of its measurements brought %s (a steady rise has 25 %%); %s",
			strings.Join(rising, ", "), strings.Join(all, ", "), remedy))
	}
	if len(t.archive.Members) == 0 {
		note := fmt.Sprintf("no policy of stage 1 reaches the reference point %v in every objective, so that the archive is empty", t.archive.Reference)
		if t.settings.extends() {
			note += fmt.Sprintf(" and stage 2 cannot begin: %d of %d steps are left", t.problem.Steps-t.Steps, t.problem.Steps)
		}
		notes = append(notes, note+"; give stage 1 more steps, or set a lower point in reference.points")
	}
	return notes
}
