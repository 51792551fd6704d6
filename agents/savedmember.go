package agents

import "github.com/paretolab/paretolab/envs"

// SavedMember is a member of a policy set with the file of its policy in the place of the policy, for
// checkpoints of algorithms that do not train a policy further once it is measured.
type SavedMember struct {
	Member Member
	Kind   string
	File   []byte
}

// SaveMembers prepares members for a checkpoint.
func SaveMembers(members []Member) ([]SavedMember, error) {
	saved := make([]SavedMember, len(members))
	for i, m := range members {
		file, err := m.Policy.Encode()
		if err != nil {
			return nil, err
		}
		saved[i] = SavedMember{m, m.Policy.Kind(), file}
		saved[i].Member.Policy = nil
	}
	return saved, nil
}

// RestoreMembers is the inverse of [SaveMembers].
func RestoreMembers(saved []SavedMember, spec *envs.Spec) ([]Member, error) {
	var members []Member
	for _, x := range saved {
		policy, err := DecodePolicy(x.Kind, x.File, spec)
		if err != nil {
			return nil, err
		}
		m := x.Member
		m.Policy = policy
		members = append(members, m)
	}
	return members, nil
}
