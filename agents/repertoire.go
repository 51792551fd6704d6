package agents

import (
	"fmt"
	"sync"

	"github.com/paretolab/paretolab/envs"
)

// Repertoire is many policies of one form that differ in their parameters alone, such as the archive of
// a quality-diversity search. One file holds them all, where a [PolicySet] has a file for each.
type Repertoire interface {
	// Kind names the file format.
	Kind() string
	// IDs are those of the policies, unique in the run and of the same form as those of members.
	IDs() []string
	// Policy returns the policy with an index into IDs.
	Policy(i int) (Policy, error)
	// Encode returns the repertoire in its file format.
	Encode() ([]byte, error)
}

// RepertoireDecoder reads what [Repertoire.Encode] wrote, for an environment with the same spaces.
// Damaged bytes are an error.
type RepertoireDecoder func(b []byte, spec *envs.Spec) (Repertoire, error)

var repertoires = struct {
	sync.RWMutex
	m map[string]RepertoireDecoder
}{m: map[string]RepertoireDecoder{}}

// RegisterRepertoire makes repertoires of a kind readable; it panics if the kind is taken.
func RegisterRepertoire(kind string, d RepertoireDecoder) {
	repertoires.Lock()
	defer repertoires.Unlock()
	if _, taken := repertoires.m[kind]; taken || kind == "" || d == nil {
		panic("agents: RegisterRepertoire needs a new kind and a decoder, not " + kind)
	}
	repertoires.m[kind] = d
}

// DecodeRepertoire reads the file of a repertoire of the given kind. The package of an algorithm
// registers the kinds that it writes.
func DecodeRepertoire(kind string, b []byte, spec *envs.Spec) (Repertoire, error) {
	repertoires.RLock()
	d, ok := repertoires.m[kind]
	repertoires.RUnlock()
	if !ok {
		return nil, fmt.Errorf("repertoires of kind %q cannot be read by this program", kind)
	}
	return d(b, spec)
}
