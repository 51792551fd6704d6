package cli

import (
	"context"
	"errors"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/preference"
	"github.com/paretolab/paretolab/agents/preference/elicit"
)

func (a *app) benchPreferenceCommand() *cobra.Command {
	return a.benchCallsCommand("preference", "Speed of answering, learning rewards from answers, and asking",
		"Measure what learning from preferences spends its time with. Answers are of a noiseless user about 3000 pairs of\n"+
			"segments of three steps on the delivery grid, by regret. Measured are",
		"  paretolab bench preference\n  paretolab bench preference question fit-regret --count 3 --json", preferenceTasks())
}

// benchPairs are the pairs that a user is asked about.
const benchPairs = 3000

// deliveryAnswers asks a user by regret about the delivery grid.
func deliveryAnswers() (w *preference.World, user *preference.User, pairs []preference.Pair, err error) {
	w, weights, err := preference.NewDelivery(0.999)
	if err != nil {
		return nil, nil, nil, err
	}
	best, err := w.Optimum(weights)
	if err != nil {
		return nil, nil, nil, err
	}
	pairs, err = w.DrawPairs(benchPairs, 3, rand.New(rand.NewPCG(3, benchPairs)))
	return w, &preference.User{Statistic: preference.Regret{Optimum: best}, Noiseless: true}, pairs, err
}

// fitWork fits a learner to the answers.
func fitWork(of func(w *preference.World) preference.Learner) func() (func() error, error) {
	return func() (func() error, error) {
		w, user, pairs, err := deliveryAnswers()
		if err != nil {
			return nil, err
		}
		d := &preference.Dataset{Objectives: w.Objectives}
		if err := d.Add(preference.Label(pairs, user)...); err != nil {
			return nil, err
		}
		return func() error { _, err := of(w).Fit(context.Background(), d, nil); return err }, nil
	}
}

func preferenceTasks() []callTask {
	const questions = 10
	return []callTask{
		{"plan", "the best policy of the delivery grid for weights, with the values of all states", "plans", 1, func() (func() error, error) {
			w, weights, err := preference.NewDelivery(0.999)
			return func() error { _, err := w.Optimum(weights); return err }, err
		}},
		{"answers", "answers by regret", "pairs", benchPairs, func() (func() error, error) {
			_, user, pairs, err := deliveryAnswers()
			return func() error { preference.Label(pairs, user); return nil }, err
		}},
		{"fit-partial", "a reward from the answers, by partial return", "answers", benchPairs, fitWork(func(*preference.World) preference.Learner { return preference.Partial{} })},
		{"fit-regret", "a reward from the answers, by exact regret", "answers", benchPairs, fitWork(func(w *preference.World) preference.Learner { return preference.RegretExact{World: w} })},
		{"question", "ten questions about 28 policies of three objectives, each with its answer", "questions", questions, func() (func() error, error) {
			items, ok := elicit.StudyFront("sphere28")
			if !ok {
				return nil, errors.New("there is no such front")
			}
			w := []float64{0.5, 0.2, 0.3}
			user := elicit.NewSimulated(items, func(y []float64) float64 { return w[0]*y[0] + w[1]*y[1] + w[2]*y[2] }, 0, nil)
			return func() error {
				e, err := elicit.New(items, elicit.Settings{})
				for i := 0; err == nil && i < questions; i++ {
					q, ok := e.Propose()
					if !ok {
						return errors.New("nothing is left to ask")
					}
					var answer elicit.Answer
					if answer, err = user.Answer(items, q); err == nil {
						err = e.Answer(answer)
					}
				}
				return err
			}, nil
		}},
	}
}
