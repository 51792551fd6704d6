package ppo

import "fmt"

// Settings are the hyper-parameters of one learner. [Defaults] returns those of the published
// C-MORL code.
type Settings struct {
	Envs      int     `key:"envs" range:">=1" doc:"environment copies per policy" source:"C-MORL code"`
	Rollout   int     `key:"rollout" range:">=1" doc:"steps per copy between updates" source:"C-MORL code"`
	Minibatch int     `key:"minibatch" range:">=1" doc:"samples per gradient step; an incomplete last one is dropped" source:"C-MORL code"`
	Epochs    int     `key:"epochs" range:">=1" doc:"passes over a rollout per update" source:"C-MORL code"`
	Hidden    []int   `key:"hidden" range:">=1" doc:"widths of the hidden layers of actor and critic" source:"C-MORL code"`
	Gamma     float64 `key:"gamma" range:"(0,1]" symbol:"γ" doc:"discount of training" source:"C-MORL code"`
	Lambda    float64 `key:"lambda" range:"[0,1]" symbol:"λ" doc:"decay of generalised advantage estimation" source:"C-MORL code"`
	Clip      float64 `key:"clip" range:"(0,1)" symbol:"c" doc:"clipping of the probability ratio and of the change of values" source:"Schulman et al. 2017"`

	LearningRate float64 `key:"learning_rate" range:"(0,1]" doc:"step size of Adam" source:"C-MORL code"`
	AdamEps      float64 `key:"adam_eps" range:"(0,1]" doc:"ε of Adam" source:"C-MORL code"`
	ValueCoef    float64 `key:"value_coef" range:">=0" doc:"weight of the value loss" source:"C-MORL code"`
	Entropy      float64 `key:"entropy" range:">=0" doc:"weight of the entropy bonus" source:"C-MORL code: 0"`
	MaxGradNorm  float64 `key:"max_grad_norm" range:">=0" doc:"clipping of the gradient norm over all parameters, 0 for none" source:"C-MORL code"`

	LogStdInit      float64 `key:"log_std_init" range:"[-10,2]" symbol:"ln σ" doc:"initial log standard deviation of continuous actions" source:"C-MORL code"`
	ClipActions     bool    `key:"clip_actions" doc:"clip continuous actions to the action box before they reach the environment" source:"the environments' contract; the C-MORL code leaves it to the environment"`
	RewardCentering bool    `key:"reward_centering" doc:"subtract the running mean reward; only for tasks that never terminate" source:"paretolab, by experiment"`
}

// Defaults returns the hyper-parameters of the published C-MORL code; but actions are clipped to
// their box, since that is all an environment promises to understand.
func Defaults() Settings {
	return Settings{
		Envs: 8, Rollout: 512, Minibatch: 128, Epochs: 10, Hidden: []int{64, 64},
		Gamma: 0.995, Lambda: 0.95, Clip: 0.2,
		LearningRate: 3e-4, AdamEps: 1e-5, ValueCoef: 0.5, Entropy: 0, MaxGradNorm: 0.5,
		ClipActions: true,
	}
}

// Bounds on what a slip of the keyboard can ask memory for.
const (
	maxSamples = 1 << 24
	maxWidth   = 4096
)

// Check reports settings that do not fit each other.
func (s *Settings) Check() error {
	if s.Envs < 1 || s.Rollout < 1 {
		return fmt.Errorf("envs (%d) and rollout (%d) must be at least 1", s.Envs, s.Rollout)
	}
	if s.Envs > maxSamples/s.Rollout {
		return fmt.Errorf("a rollout has more than %d samples (envs %d × rollout %d); give fewer", maxSamples, s.Envs, s.Rollout)
	}
	if n := s.StepsPerUpdate(); s.Minibatch < 1 || s.Minibatch > n {
		return fmt.Errorf("minibatch is %d, but a rollout has %d samples (envs %d × rollout %d)", s.Minibatch, n, s.Envs, s.Rollout)
	}
	if len(s.Hidden) == 0 {
		return fmt.Errorf("hidden is empty; give at least one width, e.g. [64, 64]")
	}
	for i, width := range s.Hidden {
		if width < 1 || width > maxWidth {
			return fmt.Errorf("hidden layer %d has width %d; give 1 to %d", i, width, maxWidth)
		}
	}
	return nil
}

// StepsPerUpdate is the number of environment steps that one update consumes.
func (s *Settings) StepsPerUpdate() int { return s.Envs * s.Rollout }
