package elicit

import (
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// Criterion says which question is asked next. In the formulas the users k of a [Sample] have weights π, p_k is the
// probability that user k prefers item i to j, and U_kx the utility of item x to them.
type Criterion string

const (
	// Random draws a pair.
	Random Criterion = "random"
	// Uncertain takes the pair of the largest −|Σ π p − ½|. It is cheap, and good for consistent users; those who
	// waver are asked about equal items.
	Uncertain Criterion = "uncertain"
	// InfoGain takes the largest H(Σ π p) − Σ π H(p), the mutual information of answer and user in nats.
	InfoGain Criterion = "info-gain"
	// EVOI takes the largest max_x Σ π p U_x + max_x Σ π (1 − p) U_x − max_x Σ π U_x, the expected value of the
	// information for the recommendation. It is 0 where no answer changes that; then InfoGain decides.
	EVOI Criterion = "evoi"
	// EUBO takes the largest Σ π max(U_i, U_j), the expected utility of the better one.
	EUBO Criterion = "eubo"
	// Volume takes the largest smaller one of the masses that the two answers remove, Σ π (1 − min(1, e^±z))
	// with z = β (U_i − U_j) (Sadigh, Dragan, Sastry & Seshia, "Active preference-based learning of reward functions",
	// RSS 2017).
	Volume Criterion = "volume"
	// Optimistic compares the recommended item with that of the highest 0.9-quantile of utility.
	Optimistic Criterion = "optimistic"
	// Thompson compares the best items of two users drawn from the belief.
	Thompson Criterion = "thompson"
	// SELM compares the recommended item with that recommended when optimism multiplies the weights by
	// e^(α max_x U_x), α = 0.1 / √t at question t (Zhang et al., "Self-exploring language models", 2024; abstract only).
	SELM Criterion = "selm"
)

// Criteria lists them all.
func Criteria() []Criterion {
	return []Criterion{Random, Uncertain, InfoGain, EVOI, EUBO, Volume, Optimistic, Thompson, SELM}
}

// ParseCriterion finds a criterion by its name.
func ParseCriterion(name string) (Criterion, error) {
	if c := Criterion(name); slices.Contains(Criteria(), c) {
		return c, nil
	}
	names := make([]string, 0, len(Criteria()))
	for _, c := range Criteria() {
		names = append(names, string(c))
	}
	return "", fmt.Errorf("unknown way of choosing questions %q%s", name,
		didyoumean.Question(didyoumean.Nearest(name, names), fmt.Sprintf("there are %v", names)))
}

// scored reports whether a criterion is a score of pairs, whatever is recommended.
func (c Criterion) scored() bool {
	return slices.Contains([]Criterion{Uncertain, InfoGain, EVOI, EUBO, Volume}, c)
}
