package stats

import (
	"fmt"
	"math"
	"sort"
)

// Profile returns the performance profile of s: for each threshold τ the share of all scores that
// exceed it, F(τ) (Dolan & Moré 2002; Agarwal, Schwarzer, Castro, Courville & Bellemare 2021). A
// profile that lies above another everywhere dominates it stochastically. The thresholds may stand
// in any order and be infinite; NaN is ErrNaN. Other errors are those of [Scores.Validate].
func Profile(s Scores, thresholds []float64) ([]float64, error) {
	if err := s.validate("scores", 1); err != nil {
		return nil, err
	}
	p := newPool(s)
	cut, err := p.cuts(thresholds)
	if err != nil {
		return nil, err
	}
	share := make([]float64, len(cut))
	for j, c := range cut {
		share[j] = float64(len(p.value)-c) / float64(len(p.value))
	}
	return share, nil
}

// ProfileCI returns [Profile] with a pointwise band: for each threshold the interval of
// [BootstrapCI], all from the same resamples, 2,000 by default. Errors as BootstrapCI, and ErrNaN
// for a threshold. O(B·(N + thresholds)).
func ProfileCI(s Scores, thresholds []float64, o ...Options) ([]Interval, error) {
	opt, err := option(o, defaultProfileResamples)
	if err != nil {
		return nil, err
	}
	if err := s.validate("scores", MinRuns); err != nil {
		return nil, err
	}
	p := newPool(s)
	cut, err := p.cuts(thresholds)
	if err != nil {
		return nil, err
	}
	n := len(p.value)
	r, err := resamplePool(p, opt, len(cut), func(r *resample, out []float64) {
		// From copies of each value to scores up to it.
		for i := 1; i < n; i++ {
			r.copies[i] += r.copies[i-1]
		}
		for j, c := range cut {
			above := n
			if c > 0 {
				above -= r.copies[c-1]
			}
			out[j] = float64(above) / float64(n)
		}
	})
	if err != nil {
		return nil, err
	}
	band := make([]Interval, len(cut))
	for j, c := range cut {
		if band[j], err = r.interval("profile", float64(n-c)/float64(n), j); err != nil {
			return nil, err
		}
	}
	return band, nil
}

// cuts returns for each threshold how many values of the pool do not exceed it.
func (p *pool) cuts(thresholds []float64) ([]int, error) {
	cut := make([]int, len(thresholds))
	for j, τ := range thresholds {
		if math.IsNaN(τ) {
			return nil, &InputError{Kind: ErrNaN, Input: "thresholds", Place: fmt.Sprintf("number %d", j),
				Fault: "it is NaN", Remedy: "give a number"}
		}
		cut[j] = sort.Search(len(p.value), func(i int) bool { return p.value[i] > τ })
	}
	return cut, nil
}
