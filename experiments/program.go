package experiments

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// ThisProgram describes the running build and the kernels that it computes with.
func ThisProgram() Program {
	p := thisBuild()
	p.Kernel = kern.Class()
	return p
}

var thisBuild = sync.OnceValue(func() Program {
	p := Program{Version: "devel", Commit: "unknown", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return p
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		p.Version = v
	}
	modified := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			p.Commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+modified"
		}
	}
	p.Commit += modified
	return p
})

// environmentInfo is what run.json says about an environment.
func environmentInfo(e *envs.Environment, label string, ref envs.Reference) EnvironmentInfo {
	info := EnvironmentInfo{
		ID: e.Spec.ID, Label: label, Options: e.Options, Reference: ref.Point, Gamma: ref.Discount,
		Horizon: e.Spec.Horizon, SpecHash: specHash(&e.Spec),
	}
	for _, o := range e.Spec.Objectives {
		info.Objectives = append(info.Objectives, ObjectiveInfo{Name: o.Name, Unit: o.Unit, Sense: "max"})
	}
	return info
}

// specHash tells whether two environments of one id are the same: spaces with bounds, objectives,
// horizon.
func specHash(s *envs.Spec) string {
	h := sha256.New()
	fmt.Fprintf(h, "%#v\n%#v\n%#v\n%d", s.Observation, s.Action, s.Objectives, s.Horizon)
	return hex.EncodeToString(h.Sum(nil)[:8])
}
