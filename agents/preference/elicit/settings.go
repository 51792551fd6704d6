package elicit

import (
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// Settings say how a session goes. The zero value is a good default.
type Settings struct {
	// Utility is the kind of utility thought of: linear (default), chebyshev, ideal, normal (linear with weights of
	// either sign), gp, gp-monotone or ensemble.
	Utility string `json:"utility,omitempty"`
	// Users is the number of samples of the belief, K. Default 2000; 1000 of a Gaussian process, 16 networks.
	Users int `json:"users,omitempty"`
	// Grid takes evenly spaced weights of two objectives in place of random ones.
	Grid bool `json:"grid,omitempty"`
	// Beta is the consistency β of the user on scaled values. 0 means unknown: each of 1, 2, 5, 10, 20 and 50 is possible,
	// where the belief can tell; 10 otherwise.
	Beta float64 `json:"beta,omitempty"`
	// Same is the threshold d ≥ 0 of β (U₁ − U₂) below which users tend to find items the same. With 0 such an answer
	// counts as half an answer each.
	Same float64 `json:"same,omitempty"`
	// Ties is ν of Davidson's model of answers to pairs, P(first) : P(second) : P(same) = e^(z/2) : e^(−z/2) : ν with z = β (U₁ − U₂),
	// in the place of a threshold: the larger it is the more often a user finds items the same. Default: 0, not that model.
	Ties float64 `json:"ties,omitempty"`
	// Question is the criterion of choice. Default: EVOI for budgets up to 8, and for gp-monotone, of which there is too much
	// to learn that does not matter; otherwise InfoGain.
	Question Criterion `json:"question,omitempty"`
	// Choice is the number of items in a question, 2 (default) to 6.
	Choice int `json:"choice,omitempty"`
	// Ranking asks for the order of the items.
	Ranking bool `json:"ranking,omitempty"`
	// Budget is the largest number of questions. 0 means no limit.
	Budget int `json:"budget,omitempty"`
	// Pairs is the number of pairs that are considered for a question; more are drawn from. Default 5000.
	Pairs int `json:"pairs,omitempty"`
	// Likely is the number of items most likely to be the best among which all pairs are considered for a question, with as many others
	// drawn as Pairs says. 0 considers all alike.
	Likely int `json:"likely,omitempty"`
	// Distinct avoids pairs that do not differ by more than the sum of their standard errors in any objective: the user would compare
	// noise.
	Distinct bool `json:"distinct,omitempty"`
	// Repeats allows a question to be asked again.
	Repeats bool `json:"repeats,omitempty"`
	// Seed determines all draws.
	Seed uint64 `json:"seed,omitempty"`
	// Workers is the number of goroutines that rate questions; the result does not depend on it. 0 means all processors.
	Workers int `json:"-"`
}

// utilities are the values of Settings.Utility.
var utilities = []string{"linear", "chebyshev", "ideal", "normal", "gp", "gp-monotone", "ensemble"}

// consistencies are those thought possible if β is not known.
var consistencies = []float64{1, 2, 5, 10, 20, 50}

// usualBeta is the consistency of a user on scaled values where none is known and none can be learned.
const usualBeta = 10

// limits of what a session takes into memory.
const (
	maxUsers     = 100_000
	maxUtilities = 50_000_000 // items times users
)

// resolve fills in the defaults for some items and returns an error that names a setting without sense.
func (s Settings) resolve(items *Items) (Settings, error) {
	if s.Utility == "" {
		s.Utility = "linear"
	}
	if !slices.Contains(utilities, s.Utility) {
		return s, fmt.Errorf("unknown utility %q%s", s.Utility,
			didyoumean.Question(didyoumean.Nearest(s.Utility, utilities), fmt.Sprintf("there are %v", utilities)))
	}
	if s.Users == 0 {
		switch s.Utility {
		case "ensemble":
			s.Users = 16
		case "gp", "gp-monotone":
			s.Users = 1000
		default:
			s.Users = 2000
		}
	}
	if s.Question == "" {
		s.Question = InfoGain
		if s.Budget > 0 && s.Budget <= 8 || s.Utility == "gp-monotone" {
			s.Question = EVOI
		}
	}
	if _, err := ParseCriterion(string(s.Question)); err != nil {
		return s, err
	}
	if s.Choice == 0 {
		s.Choice = 2
	}
	if s.Pairs == 0 {
		s.Pairs = 5000
	}
	n := items.Len()
	switch {
	case s.Users < 2 || s.Users > maxUsers:
		return s, fmt.Errorf("%d users in the sample; give 2 to %d", s.Users, maxUsers)
	case s.Users > maxUtilities/n:
		return s, fmt.Errorf("%d policies times %d users in the sample are too many; give at most %d users", n, s.Users, maxUtilities/n)
	case s.Grid && (items.M() != 2 || s.Utility != "linear" && s.Utility != "chebyshev"):
		return s, fmt.Errorf("a grid is for weights of two objectives, not for %s utility of %d", s.Utility, items.M())
	case !(s.Beta >= 0 && s.Beta <= 1e6):
		return s, fmt.Errorf("consistency β is %v; give a number above 0, such as 10, or 0 for unknown", s.Beta)
	case !(s.Same >= 0 && s.Same <= 100):
		return s, fmt.Errorf("the threshold of \"same\" is %v; give 0 to 100, such as 1", s.Same)
	case s.Choice < 2 || s.Choice > maxChoice:
		return s, fmt.Errorf("%d policies in a question; give 2 to %d", s.Choice, maxChoice)
	case s.Choice > 2 && s.Same > 0:
		return s, fmt.Errorf("a threshold of \"same\" is for questions of two policies, not %d", s.Choice)
	case !(s.Ties >= 0 && s.Ties <= 1e6):
		return s, fmt.Errorf("the weight of ties is %v; give 0 to 1e6, such as 0.5", s.Ties)
	case s.Ties > 0 && (s.Same > 0 || s.Choice > 2 || s.Ranking || !slices.Contains(utilities[:3], s.Utility)):
		return s, fmt.Errorf("a weight of ties is for questions of two policies to a user with %v utility and no threshold of \"same\"", utilities[:3])
	case s.Likely < 0 || s.Likely == 1 || s.Likely > 1000:
		return s, fmt.Errorf("%d policies that are likely to be the best; give 2 to 1000, or 0", s.Likely)
	case s.Budget < 0:
		return s, fmt.Errorf("a budget of %d questions; give at least 1, or 0 for no limit", s.Budget)
	case s.Pairs < 1 || s.Pairs > 10_000_000:
		return s, fmt.Errorf("%d pairs to choose a question from; give 1 to 10000000", s.Pairs)
	}
	return s, nil
}

// belief returns what is known before the first answer, for resolved settings.
func (s *Settings) belief(items *Items) (Belief, error) {
	betas := []float64{s.Beta}
	beta := s.Beta
	if s.Beta == 0 {
		betas, beta = consistencies, usualBeta
	}
	switch s.Utility {
	case "normal":
		return NewNormal(items, s.Users, beta, s.Same, s.Seed), nil
	case "gp", "gp-monotone":
		return NewProcess(items, s.Utility == "gp-monotone", s.Users, beta, s.Same, s.Seed)
	case "ensemble":
		return NewEnsemble(items, s.Users, beta, s.Same, s.Seed), nil
	}
	for _, f := range Families() {
		if f.Name == s.Utility && s.Grid {
			p := NewGrid(items, f, s.Users, betas, s.Same)
			p.comparison.ties = s.Ties
			return p, nil
		}
		if f.Name == s.Utility {
			p := NewParticles(items, f, s.Users, betas, s.Same, s.Seed)
			p.comparison.ties = s.Ties
			return p, nil
		}
	}
	panic("elicit: no belief for utility " + s.Utility)
}

// mayBeGood is the chance beyond which a recommendation within tolerance of the best ends the questions, and the
// smallest expected value of information worth a question.
const (
	mayBeGood = 0.95
	tolerance = 0.01
	worthless = 0.001
)
