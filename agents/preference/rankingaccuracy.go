package preference

import "math"

// Ranking says how well a score orders pairs as their labels do.
type Ranking struct {
	Concordant, Discordant, Tied float64 // pairs ordered alike, the other way round, and not at all by the score, by weight
}

// Rank compares a score of segments with the labels of pairs; those labelled ½ are left out.
func Rank(d *Dataset, score func(s *Segment) float64) (r Ranking) {
	for i := range d.Pairs {
		p := &d.Pairs[i]
		r.add(p.Y-0.5, score(&p.A)-score(&p.B), p.count())
	}
	return r
}

// RankAll compares a score with a true utility on all pairs of items. Pairs that the truth does not order are left
// out.
func RankAll(truth, score []float64) (r Ranking) {
	for i := range truth {
		for j := range i {
			r.add(truth[i]-truth[j], score[i]-score[j], 1)
		}
	}
	return r
}

func (r *Ranking) add(truth, score, count float64) {
	switch {
	case truth == 0:
	case score == 0:
		r.Tied += count
	case truth > 0 == (score > 0):
		r.Concordant += count
	default:
		r.Discordant += count
	}
}

// Accuracy is the share of pairs ordered alike, ties counting half: (1 + τ)/2 with Kendall's τ where there are no
// ties. NaN without pairs.
func (r Ranking) Accuracy() float64 {
	return (r.Concordant + r.Tied/2) / (r.Concordant + r.Discordant + r.Tied)
}

// TauB is Kendall's τ with his correction for ties, of which only the score has any. NaN without pairs.
func (r Ranking) TauB() float64 {
	n := r.Concordant + r.Discordant + r.Tied
	return (r.Concordant - r.Discordant) / math.Sqrt(n*(n-r.Tied))
}

// Ceiling is the accuracy that the true utility reaches on noisy answers: the mean over pairs of max(P, 1 − P), with
// the true probability P that the first is preferred. A learner above it on answers that were held out has a bug, or
// luck.
func Ceiling(d *Dataset, p func(a, b *Segment) float64) float64 {
	sum, n := 0.0, 0.0
	for i := range d.Pairs {
		q := &d.Pairs[i]
		first := p(&q.A, &q.B)
		sum += q.count() * max(first, 1-first)
		n += q.count()
	}
	return sum / n
}
