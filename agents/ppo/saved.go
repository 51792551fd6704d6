package ppo

import (
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// Saved is a member of a policy set with its model in the place of the policy, for checkpoints.
type Saved struct {
	Member agents.Member
	Model  *Model
}

// Save prepares members for a checkpoint. Models are shared, not copied: they never change.
func Save(members []agents.Member) []Saved {
	saved := make([]Saved, len(members))
	for i, m := range members {
		saved[i] = Saved{m, m.Policy.(*Policy).Model()}
		saved[i].Member.Policy = nil
	}
	return saved
}

// Restore is the inverse of [Save], for policies of an environment.
func Restore(saved []Saved, spec *envs.Spec, s *Settings) ([]agents.Member, error) {
	var members []agents.Member
	for _, x := range saved {
		if x.Model == nil {
			return nil, fmt.Errorf("policy %s has no model", x.Member.ID)
		}
		m := x.Member
		m.Policy = NewPolicy(x.Model, spec, s)
		members = append(members, m)
	}
	return members, nil
}
