package preference

import (
	"context"
	"fmt"
	"math"
)

// PlackettLuce returns the log-likelihood of an order of items with scores s, best first, in which each is the choice
// among those left:
//
//	ln P = Σ_t [s_(t) − ln Σ_{j≥t} e^s_(j)]
//
// The first top terms only are taken if top > 0. Two items are the Bradley-Terry model. The gradient by the scores
// is added to gradient unless that is nil. order names each item once.
func PlackettLuce(score []float64, order []int, top int, gradient []float64) (logLikelihood float64) {
	return plackettLuce(score, order, top, gradient, make([]float64, 2*len(order)))
}

// plackettLuce is [PlackettLuce] with scratch of two numbers per item.
func plackettLuce(score []float64, order []int, top int, gradient, scratch []float64) (logLikelihood float64) {
	if top <= 0 || top > len(order) {
		top = len(order)
	}
	p, left := scratch[:len(order)], scratch[len(order):2*len(order)]
	for k, i := range order {
		left[k] = score[i]
	}
	for t := range top {
		softmax(left[t:], p[t:])
		logLikelihood += logSoftmax(left[t:])
		if gradient == nil {
			continue
		}
		gradient[order[t]]++
		for k, i := range order[t:] {
			gradient[i] -= p[t+k]
		}
	}
	return logLikelihood
}

// logSoftmax is x₀ − ln Σ e^x.
func logSoftmax(x []float64) float64 {
	highest := math.Inf(-1)
	for _, v := range x {
		highest = max(highest, v)
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(v - highest)
	}
	return x[0] - highest - math.Log(sum)
}

// SkipLoss compares items of an order at the distances 1 … far:
//
//	Σ_d (1/d) mean_t softplus(−(s_(t) − s_(t+d)))
//
// With far = 1 only neighbours are compared (RankList, abstract only; weights ours). The gradient by the scores is added
// to gradient.
func SkipLoss(score []float64, order []int, far int, gradient []float64) (loss float64) {
	for d := 1; d <= min(far, len(order)-1); d++ {
		share := 1 / float64(d*(len(order)-d))
		for t := range len(order) - d {
			a, b := order[t], order[t+d]
			z := score[a] - score[b]
			loss += share * Softplus(-z)
			g := -share * Logistic(-z)
			gradient[a] += g
			gradient[b] -= g
		}
	}
	return loss
}

// List is an order of items by one user.
type List struct {
	Items [][]float64 // features of each item
	Order []int       // items, best first
}

// ListLoss says how lists are compared with scores.
type ListLoss int

const (
	// PlackettLuceLoss is the negative log-likelihood of [PlackettLuce], per item.
	PlackettLuceLoss ListLoss = iota
	// SkipPairs is [SkipLoss] at distances up to 1, 2, 4, …, doubled in each quarter of the training.
	SkipPairs
	// Neighbours is [SkipLoss] at distance 1.
	Neighbours
)

// Lists learns linear scores w · x from lists, by Adam.
type Lists struct {
	Loss ListLoss
	// Top is the number of places that count with PlackettLuceLoss; zero means all.
	Top int
	// L2 is l₂ of the term (l₂/2) |w|². Zero means 0.01.
	L2 float64
	// Rate and Epochs of Adam. Zero means 0.05 and 400.
	Rate   float64
	Epochs int
}

// Fit returns the weights. The error says which list is wrong.
func (l Lists) Fit(ctx context.Context, lists []List, record Recorder) ([]float64, error) {
	if len(lists) == 0 {
		return nil, ErrNoAnswers
	}
	m, most := 0, 0
	for k, list := range lists {
		if err := checkPermutation(list.Order, len(list.Items)); err != nil {
			return nil, fmt.Errorf("list %d: %w", k+1, err)
		}
		for i, x := range list.Items {
			if m == 0 {
				m = len(x)
			}
			s := Item(x)
			if err := s.check(m); err != nil {
				return nil, fmt.Errorf("list %d, item %d: %w", k+1, i+1, err)
			}
		}
		most = max(most, len(list.Items))
	}
	if m == 0 {
		return nil, ErrNoAnswers
	}
	w, gradient := make([]float64, m), make([]float64, m)
	score, byScore, scratch := make([]float64, most), make([]float64, most), make([]float64, 2*most)
	epochs, l2 := orDefault(l.Epochs, 400), orDefault(l.L2, 0.01)
	optimiser := newAdam(m, orDefault(l.Rate, 0.05))
	for epoch := range epochs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		loss := l2 / 2 * dot(w, w)
		for j, v := range w {
			gradient[j] = l2 * v
		}
		for _, list := range lists {
			n := len(list.Items)
			for i, x := range list.Items {
				score[i] = dot(w, x)
			}
			clear(byScore)
			loss += l.listLoss(score[:n], list.Order, 4*epoch/epochs, byScore[:n], scratch) / float64(len(lists))
			for i, x := range list.Items {
				for j, v := range x {
					gradient[j] += byScore[i] * v / float64(len(lists))
				}
			}
		}
		if record != nil {
			record(epoch, loss)
		}
		optimiser.step(w, gradient)
	}
	return w, nil
}

// listLoss is the loss of one list in a quarter of the training, counted from 0.
func (l Lists) listLoss(score []float64, order []int, quarter int, gradient, scratch []float64) float64 {
	switch l.Loss {
	case SkipPairs:
		return SkipLoss(score, order, 1<<quarter, gradient)
	case Neighbours:
		return SkipLoss(score, order, 1, gradient)
	}
	share := -1 / float64(len(order))
	loss := share * plackettLuce(score, order, l.Top, gradient, scratch)
	for i := range gradient {
		gradient[i] *= share
	}
	return loss
}
