package agents

import (
	"fmt"
	"slices"
	"sync"

	"github.com/paretolab/paretolab/envs"
)

// PolicyFormat is the version of policy files, "format" in the metadata of a safetensors file.
const PolicyFormat = "paretolab-policy/1"

// Decoder reads what [Policy.Encode] wrote, for an environment with the same spaces. Damaged bytes
// are an error.
type Decoder func(b []byte, spec *envs.Spec) (Policy, error)

var decoders = struct {
	sync.RWMutex
	m map[string]Decoder
}{m: map[string]Decoder{}}

// RegisterKind makes policies of a kind readable; it panics if the kind is taken.
func RegisterKind(kind string, d Decoder) {
	decoders.Lock()
	defer decoders.Unlock()
	if _, taken := decoders.m[kind]; taken || kind == "" || d == nil {
		panic("agents: RegisterKind needs a new kind and a decoder, not " + kind)
	}
	decoders.m[kind] = d
}

// DecodePolicy reads a policy file of the given kind. The package of an algorithm registers the
// kinds that it writes.
func DecodePolicy(kind string, b []byte, spec *envs.Spec) (Policy, error) {
	decoders.RLock()
	d, ok := decoders.m[kind]
	var kinds []string
	for k := range decoders.m {
		kinds = append(kinds, k)
	}
	decoders.RUnlock()
	if !ok {
		slices.Sort(kinds)
		return nil, fmt.Errorf("policies of kind %q cannot be read; this program reads %v", kind, kinds)
	}
	return d(b, spec)
}
