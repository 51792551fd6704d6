package preference

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// Tournament is how often each of N items is preferred to each other one: P[i][j] + P[j][i] = 1. It need not be
// transitive; groups of users who vote make cycles.
type Tournament [][]float64

// Majority is the tournament of users' orders of n items, best first: the share of users that prefer i to j.
func Majority(n int, orders [][]int) (Tournament, error) {
	if len(orders) == 0 {
		return nil, ErrNoAnswers
	}
	t := make(Tournament, n)
	for i := range t {
		t[i] = make([]float64, n)
		t[i][i] = 0.5
	}
	for u, order := range orders {
		if err := checkPermutation(order, n); err != nil {
			return nil, fmt.Errorf("order %d: %w", u+1, err)
		}
		for k, i := range order {
			for _, j := range order[k+1:] {
				t[i][j] += 1 / float64(len(orders))
			}
		}
	}
	return t, nil
}

// Check returns an error that names the entry at fault unless the tournament is square, between 0 and 1, and
// P[i][j] + P[j][i] = 1 to 1e-6.
func (t Tournament) Check() error {
	if len(t) == 0 {
		return errors.New("a tournament of no items")
	}
	for i, row := range t {
		if len(row) != len(t) {
			return fmt.Errorf("row %d has %d entries for %d items", i+1, len(row), len(t))
		}
		for j, p := range row {
			if !(p >= 0 && p <= 1) {
				return fmt.Errorf("entry (%d, %d) is %v, not between 0 and 1", i+1, j+1, p)
			}
		}
	}
	for i, row := range t {
		for j, p := range row {
			if math.Abs(p+t[j][i]-1) > 1e-6 {
				return fmt.Errorf("entries (%d, %d) and (%d, %d) add up to %v, not 1", i+1, j+1, j+1, i+1, p+t[j][i])
			}
		}
	}
	return nil
}

// Borda returns the mean of P[i][j] over the other items j.
func (t Tournament) Borda() []float64 {
	scores := make([]float64, len(t))
	for i, row := range t {
		for j, p := range row {
			if j != i {
				scores[i] += p / float64(max(1, len(t)-1))
			}
		}
	}
	return scores
}

// Copeland returns the number of items that each item beats; one that it ties with counts half.
func (t Tournament) Copeland() []float64 {
	scores := make([]float64, len(t))
	for i, row := range t {
		for j, p := range row {
			switch {
			case j == i:
			case p > 0.5:
				scores[i]++
			case p == 0.5:
				scores[i] += 0.5
			}
		}
	}
	return scores
}

// Minimax returns the von Neumann winner, the mixture p of items that maximises min_j Σ_i p_i P[i][j], and that
// value, which is ½: no item is preferred to it more often than not (Swamy et al., "A minimaximalist approach to
// reinforcement learning from human feedback", ICML 2024). It is exact, by a linear programme; where several
// mixtures win, one of them is returned. Items that another one beats in every comparison get weight 0.
func (t Tournament) Minimax() (mixture []float64, value float64, err error) {
	if err := t.Check(); err != nil {
		return nil, 0, err
	}
	// maximise v subject to Σ_i p_i P[i][j] − v − slack_j = 0 for every j, Σ p = 1, p, v, slack ≥ 0.
	n := len(t)
	cost := make([]float64, 2*n+1)
	cost[n] = -1
	constraints := mat.NewDense(n+1, 2*n+1, nil)
	right := make([]float64, n+1)
	for j := range n {
		for i := range n {
			constraints.Set(j, i, t[i][j])
		}
		constraints.Set(j, n, -1)
		constraints.Set(j, n+1+j, -1)
		constraints.Set(n, j, 1)
	}
	right[n] = 1
	_, x, err := lp.Simplex(cost, constraints, right, 1e-12, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("linear programme of the minimax winner: %w", err)
	}
	mixture = make([]float64, n)
	sum := 0.0
	for i := range mixture {
		mixture[i] = max(0, x[i])
		sum += mixture[i]
	}
	for i := range mixture {
		mixture[i] /= sum
	}
	return mixture, t.Value(mixture), nil
}

// Value is min_j Σ_i p_i P[i][j], what a mixture gets against the item that is worst for it.
func (t Tournament) Value(mixture []float64) float64 {
	value := math.Inf(1)
	for j := range t {
		sum := 0.0
		for i, p := range mixture {
			sum += p * t[i][j]
		}
		value = min(value, sum)
	}
	return value
}

// SelfPlay approaches the von Neumann winner by multiplicative weights on the reward r_t(i) = Σ_j p_t(j) P[i][j] of
// items that play against their own mixture, averaged over so many rounds: the value is within √(2 ln N / rounds) of
// ½ (Freund & Schapire, "Adaptive game playing using multiplicative weights", 1999).
func (t Tournament) SelfPlay(rounds int) (mixture []float64, err error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	n := len(t)
	rate := math.Sqrt(2 * math.Log(float64(max(2, n))) / float64(max(1, rounds)))
	total, p := make([]float64, n), make([]float64, n)
	mixture = make([]float64, n)
	for range rounds {
		softmax(total, p)
		for i, row := range t {
			total[i] += rate * dot(p, row)
			mixture[i] += p[i] / float64(rounds)
		}
	}
	return mixture, nil
}

// softmax writes e^x / Σ e^x.
func softmax(x, dst []float64) {
	highest := math.Inf(-1)
	for _, v := range x {
		highest = max(highest, v)
	}
	sum := 0.0
	for i, v := range x {
		dst[i] = math.Exp(v - highest)
		sum += dst[i]
	}
	for i := range x {
		dst[i] /= sum
	}
}

// checkPermutation returns an error unless order holds each of n items once.
func checkPermutation(order []int, n int) error {
	if len(order) != n {
		return fmt.Errorf("it ranks %d of %d items", len(order), n)
	}
	seen := make([]bool, n)
	for _, i := range order {
		if i < 0 || i >= n {
			return fmt.Errorf("item %d does not exist; there are %d, counted from 0", i, n)
		}
		if seen[i] {
			return fmt.Errorf("it ranks item %d twice", i)
		}
		seen[i] = true
	}
	return nil
}
