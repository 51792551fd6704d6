package stats

import "math/rand/v2"

// ProbImprovement returns the probability that a run of x scores above a run of y on the same
// task, a tie counting ½, averaged over the tasks (Agarwal, Schwarzer, Castro, Courville &
// Bellemare 2021): the mean of the [A12] of the tasks. ½ is no difference. The numbers of runs may
// differ, the tasks may not: ErrShape. Other errors are those of [Scores.Validate].
// O(N log N).
func ProbImprovement(x, y Scores) (float64, error) {
	if err := validatePair(x, y, 1); err != nil {
		return 0, err
	}
	return newDuels(x, y).probability(), nil
}

// ProbImprovementCI returns [ProbImprovement] with a stratified percentile bootstrap interval: the
// runs of x and of y are drawn with replacement, independently, within each task. Errors and
// options as [DifferenceCI]. O(B·N).
func ProbImprovementCI(x, y Scores, o ...Options) (Interval, error) {
	opt, err := option(o, defaultResamples)
	if err != nil {
		return Interval{}, err
	}
	if err := validatePair(x, y, MinRuns); err != nil {
		return Interval{}, err
	}
	r, err := replicate(opt, 1, func() sampler {
		d := newDuels(x, y)
		return func(_ int, rng *rand.Rand, out []float64) {
			for i := range d {
				d[i].draw(rng)
			}
			out[0] = d.probability()
		}
	})
	if err != nil {
		return Interval{}, err
	}
	return r.interval("probability of improvement", newDuels(x, y).probability(), 0)
}

// duels are the duels of two algorithms on their tasks.
type duels []duel

func newDuels(x, y Scores) duels {
	d := make(duels, len(x))
	for i := range d {
		d[i] = newDuel(x[i].Runs, y[i].Runs)
	}
	return d
}

func (d duels) probability() float64 {
	sum := 0.0
	for i := range d {
		sum += d[i].a12()
	}
	return sum / float64(len(d))
}
