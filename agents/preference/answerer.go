package preference

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Answerer answers questions: a simulated user, or a person.
type Answerer interface {
	// Answer returns the label y of a question as in [Pair], and false if it is skipped.
	Answer(a, b *Segment) (y float64, answered bool)
}

// Ties says what a noiseless user does with two segments that are the same.
type Ties int

const (
	KeepTies Ties = iota // answers "same"
	DropTies             // skips the question
)

// tieTolerance is the difference up to which two statistics are the same.
const tieTolerance = 1e-9

// maxLogOdds bounds β D, beyond which an answer is certain anyhow.
const maxLogOdds = 100

// User is a simulated user: D = f(σ₁) − f(σ₂), answered with errors of several kinds.
type User struct {
	Statistic Statistic
	// Noiseless users answer by the sign of D; others that the first is better with probability λ(β D).
	Noiseless bool
	Ties      Ties
	// Round rounds D to two decimals, which does away with differences that only a discount makes.
	Round bool
	// Beta is β, the inverse temperature. Zero means 1.
	Beta float64
	// Lapse is c, the share of answers that are given by chance: P = (1 − c) λ(β D) + c/2.
	Lapse float64
	// Flip is e, the probability that an answer is turned round.
	Flip float64
	// Threshold is d: noiseless users answer "same" if |D| ≤ d; others take the first with probability λ(β D − d), the
	// second with λ(−β D − d), else neither. Zero: no such answers but for ties.
	Threshold float64
	// SkipBelow skips questions whose two segments both have a statistic below it; nil: none.
	SkipBelow *float64
	// Rand is the user's own stream of chance.
	Rand *rand.Rand
}

// Difference is D as the user sees it.
func (u *User) Difference(a, b *Segment) float64 {
	d := u.Statistic.Value(a) - u.Statistic.Value(b)
	if u.Round {
		d = math.RoundToEven(d*100) / 100
	}
	return d
}

// Probabilities returns how likely each answer is for a difference D.
func (u *User) Probabilities(d float64) (first, same, second float64) {
	switch {
	case u.Noiseless && math.Abs(d) <= max(tieTolerance, u.Threshold):
		same = 1
	case u.Noiseless && d > 0:
		first = 1
	case u.Noiseless:
		second = 1
	default:
		beta := u.Beta
		if beta == 0 {
			beta = 1
		}
		z := min(max(beta*d, -maxLogOdds), maxLogOdds)
		first, second = Logistic(z-u.Threshold), Logistic(-z-u.Threshold)
		if u.Threshold == 0 {
			second = 1 - first
		}
		same = max(0, 1-first-second)
	}
	decided := first + second
	first, second = (1-u.Lapse)*first+u.Lapse*decided/2, (1-u.Lapse)*second+u.Lapse*decided/2
	return (1-u.Flip)*first + u.Flip*second, same, (1-u.Flip)*second + u.Flip*first
}

// Answer implements [Answerer].
func (u *User) Answer(a, b *Segment) (y float64, answered bool) {
	if low := u.SkipBelow; low != nil && u.Statistic.Value(a) < *low && u.Statistic.Value(b) < *low {
		return 0, false
	}
	first, same, _ := u.Probabilities(u.Difference(a, b))
	if u.Noiseless && u.Lapse == 0 && u.Flip == 0 {
		return first + same/2, same == 0 || u.Ties == KeepTies
	}
	switch x := u.Rand.Float64(); {
	case x < first:
		return 1, true
	case x < first+same:
		return 0.5, u.Ties == KeepTies
	}
	return 0, true
}

// Teachers are the simulated users of B-Pref (Lee, Smith, Dragan & Abbeel, "B-Pref: Benchmarking
// Preference-Based Reinforcement Learning", NeurIPS 2021). The figures of skip, myopic and equal are ours.
var Teachers = []string{"oracle", "mistake", "noisy", "skip", "myopic", "equal"}

// Teacher returns a simulated user of B-Pref by name, with the return under weights w as its statistic. low is
// the return below which the teacher skip does not answer if both segments lie there, and the teacher equal calls
// two segments the same whose returns differ by at most |margin|.
func (w *World) Teacher(name string, weights []float64, low, margin float64, rng *rand.Rand) (*User, error) {
	u := &User{Statistic: PartialReturn{weights}, Noiseless: true, Rand: rng}
	switch name {
	case "oracle":
	case "mistake":
		u.Flip = 0.1
	case "noisy":
		u.Noiseless, u.Beta = false, 1
	case "skip":
		u.SkipBelow = &low
	case "myopic":
		u.Statistic = Myopic{weights, 0.9, w.Process}
	case "equal":
		u.Threshold = math.Abs(margin)
	default:
		return nil, fmt.Errorf("unknown teacher %q; choose one of %v", name, Teachers)
	}
	return u, nil
}

// Label asks a user every question and returns the pairs that were answered.
func Label(pairs []Pair, u Answerer) []Pair {
	answered := make([]Pair, 0, len(pairs))
	for _, p := range pairs {
		var ok bool
		if p.Y, ok = u.Answer(&p.A, &p.B); ok {
			answered = append(answered, p)
		}
	}
	return answered
}
