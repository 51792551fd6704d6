package ppo

import (
	"strings"

	"github.com/paretolab/paretolab/envs"
)

// Recommended returns the settings of a learner that did best on an environment with vector rewards,
// and a budget of steps for a whole front. Algorithms for fronts share them, so that they are compared
// on equal terms. Elsewhere it returns [Defaults] and 2 million steps.
func Recommended(spec *envs.Spec) (s Settings, steps int) {
	s, steps = Defaults(), 2_000_000
	switch id := spec.ID; {
	case strings.HasPrefix(id, "deep-sea-treasure"):
		steps = 600_000
		s.Rollout, s.Entropy = 64, 0.1
	case strings.HasPrefix(id, "resource-gathering"):
		steps = 600_000
		s.Rollout, s.Entropy = 64, 0.1
	case strings.HasPrefix(id, "fruit-tree"):
		// Every leaf is an isolated point of the front: what counts is how far a policy moves in its few
		// updates. Minibatches of 128, of which a rollout has two, cost 0.025 of the hypervolume.
		steps = 500_000
		s.Rollout, s.Minibatch, s.Entropy, s.LearningRate = 32, 64, 0.1, 1e-2
	case strings.HasPrefix(id, "minecart"):
		steps = 3_960_000
		// With a third of this learning rate some seeds have found no mine after 2 million steps.
		s.Rollout, s.Minibatch, s.Gamma, s.Entropy, s.LearningRate = 256, 64, 0.99, 0.05, 1e-3
	case strings.HasPrefix(id, "building"):
		// Returns are a large constant plus a small part that depends on the actions, whose effects
		// die out within hours: a short discount, centred rewards and little noise.
		steps = 3_000_000
		s.Gamma, s.Lambda, s.LearningRate = 0.7, 0.9, 5e-4
		s.RewardCentering, s.LogStdInit = true, -1
	}
	return s, steps
}

// Short is [Recommended] for budgets that leave time for many runs: 200 000 steps on grids and trees,
// 400 000 on minecart, with rollouts a quarter as long, elsewhere a third. The learning rate grows as the steps shrink, so that a policy can
// go as far in fewer updates, but not above 3e-3: on deep-sea-treasure a third of the steps then finds the
// whole front, where the recommended rate finds as little as the nearest treasure.
func Short(spec *envs.Spec) (s Settings, steps int) {
	s, all := Recommended(spec)
	switch id := spec.ID; {
	case strings.HasPrefix(id, "deep-sea-treasure"), strings.HasPrefix(id, "resource-gathering"), strings.HasPrefix(id, "fruit-tree"):
		steps = 200_000
	case strings.HasPrefix(id, "minecart"):
		steps, s.Rollout = 400_000, 64
	default:
		steps = all / 3
	}
	const fastest = 3e-3
	s.LearningRate = max(s.LearningRate, min(s.LearningRate*float64(all)/float64(steps), fastest))
	return s, steps
}
