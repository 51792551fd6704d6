package control

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Constants of the water reservoir, in units of water per step where they are flows. Its surface is
// 1, so that a level is a volume.
const (
	damDemand          = 50   // for irrigation
	damFloodUpstream   = 50   // level
	damFloodDownstream = 30   // release
	damCapacity        = 100  // above this level water has to be released
	damPowerDemand     = 4.36 // hydroelectric
	damPowerFactor     = 9810 // gravity · density of water · efficiency of the turbine
	damPowerDivisor    = 3.6e6
	damInflow          = 40 // mean
	damInflowSD        = 10
	damStartBound      = 160 // levels drawn with penalize lie below
	damHorizon         = 100 // steps
)

// damStarts are the levels of which an episode begins with one.
var damStarts = [...]float32{
	96.855361, 58.046026, 116.15767, 20.164311, 79.191000, 140.13098, 131.01816, 44.351321, 13.185943, 73.508622,
}

// WaterReservoir is a dam that releases water of its reservoir: enough for irrigation and power,
// without floods above and below.
//
// State: level s (float32), and the step t. Action a ≥ 0, the water to release. With lo =
// max(s−100, 0): the release is r = clip(a, lo, s), and with penalize every objective loses the
// violation P = |r − a|; with normalized_action, a in [0, 1], it is r = lo + a·(s − lo). Then
// s′ = max(s + N(40, 10) − r, 0).
//
// Reward (flood, demand, power, downstream), the first nO of them, with the new level:
//
//	−max(s′−50, 0) − P,  −max(50−r, 0) − P,  −max(4.36 − 9810·s′·r/3.6e6, 0) − P,  −max(r−30, 0) − P
//
// Observation float32 (s). Episodes begin at one of ten levels, with penalize at an integer from 0
// to 159, or at initial_state, and are cut after time_limit steps.
// Draws: one choice, or integers with penalize, per reset; one normal per step.
//
// Source: Castelletti, Pianosi & Restelli, "Tree-based Fitted Q-iteration for Multi-Objective Markov
// Decision problems", IJCNN 2012; MO-Gymnasium 1.3.2, which computes rewards in float32.
type WaterReservoir struct {
	objectives int
	penalize   bool
	normalized bool
	start      float64 // level; negative: drawn
	state      reservoirState
}

type reservoirState struct {
	Level [1]float32 `json:"level"`
	T     int32      `json:"t"` // steps since reset
}

var (
	_ envs.Env          = (*WaterReservoir)(nil)
	_ envs.StateChecker = (*WaterReservoir)(nil)
	_ envs.StepCounter  = (*WaterReservoir)(nil)
)

// Reset implements [envs.Env].
func (w *WaterReservoir) Reset(rng *envs.RNG) {
	var level float32
	switch {
	case w.start >= 0:
		level = float32(w.start)
	case w.penalize:
		level = float32(rng.Integers(0, damStartBound))
	default:
		level = damStarts[rng.Choice(len(damStarts))]
	}
	w.state = reservoirState{Level: [1]float32{level}}
}

// Step implements [envs.Env].
func (w *WaterReservoir) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	level, action := w.state.Level[0], float32(a.Box[0])
	lo := max(level-damCapacity, 0)
	var release, violation float32
	if w.normalized {
		release = float32(action*(level-lo)) + lo
	} else {
		release = min(max(action, lo), level)
		if w.penalize {
			violation = max(release-action, action-release)
		}
	}
	// The inflow is a float64, and with it the balance, which is then rounded.
	level = float32(max(float64(level)+rng.Normal(damInflow, damInflowSD)-float64(release), 0))
	w.state.Level[0] = level
	w.state.T++

	power := damPowerFactor * level * max(release, 0) / damPowerDivisor
	excess := [...]float32{level - damFloodUpstream, damDemand - release, damPowerDemand - power, release - damFloodDownstream}
	for i, e := range excess[:w.objectives] {
		reward[i] = float64(-max(e, 0) - violation)
	}
	return false
}

// Observe implements [envs.Env].
func (w *WaterReservoir) Observe(obs []float64) { obs[0] = float64(w.state.Level[0]) }

// State implements [envs.Env].
func (w *WaterReservoir) State() any { return &w.state }

// StepsTaken implements [envs.StepCounter].
func (w *WaterReservoir) StepsTaken() int { return int(w.state.T) }

// CheckState implements [envs.StateChecker].
func (w *WaterReservoir) CheckState() error {
	switch s := &w.state; {
	case !(s.Level[0] >= 0 && s.Level[0] <= math.MaxFloat32):
		return fmt.Errorf("level %v is no finite number from 0", s.Level[0])
	case s.T < 0:
		return fmt.Errorf("t %d is negative", s.T)
	}
	return nil
}

func init() {
	envs.Register(envs.Definition{
		ID: "water-reservoir-v0",
		Options: []envs.Option{
			{Name: "nO", Default: 2, Min: 2, Max: 4, Doc: "number of objectives: the first of flood, demand, power, downstream"},
			{Name: "penalize", Default: false, Doc: "objectives lose by how much the action leaves what can be released; begin at a level of 0 to 159"},
			{Name: "normalized_action", Default: false, Doc: "the action is the share, from 0 to 1, of what can be released"},
			{Name: "time_limit", Default: damHorizon, Min: 1, Max: 100_000, Doc: "steps per episode at most; max_episode_steps can only shorten it"},
			{Name: "initial_state", Default: -1.0, Min: -1, Max: 1e6, Doc: "level at which every episode begins; -1: drawn"},
		},
		New: newWaterReservoir,
	})
}

func newWaterReservoir(o envs.Options) (*envs.Environment, error) {
	dam := WaterReservoir{
		objectives: o.Int("nO"), penalize: o.Bool("penalize"), normalized: o.Bool("normalized_action"), start: o.Float("initial_state"),
	}
	if dam.start < 0 && dam.start != -1 {
		return nil, fmt.Errorf("option initial_state: level %v is negative; give one from 0, or -1 to draw it", dam.start)
	}
	most := math.Inf(1)
	if dam.normalized {
		most = 1
	}
	action := envs.Box("float32", []float64{0}, []float64{most})
	action.Names = []string{"release"}
	observation := envs.Box("float32", []float64{0}, []float64{math.Inf(1)})
	observation.Names = []string{"level"}
	least := math.Inf(-1)
	return &envs.Environment{
		Spec: envs.Spec{
			Summary:      "Dam that releases water: floods against the demand for water and power",
			Source:       "MO-Gymnasium 1.3.2, mo_gymnasium/envs/water_reservoir; Castelletti, Pianosi & Restelli, IJCNN 2012",
			Observation:  observation,
			Action:       action,
			ClipsActions: !dam.normalized,
			Objectives: []envs.Objective{
				{Name: "flood", Low: least}, {Name: "demand", Low: least}, {Name: "power", Low: least}, {Name: "downstream", Low: least},
			}[:dam.objectives],
			Horizon:  o.Int("time_limit"),
			OwnLimit: true,
			Reference: envs.Reference{
				Discount: 1, Point: []float64{-10000, -5000, -500, -5000}[:dam.objectives], Source: ownReference,
			},
			DeterministicStart: dam.start >= 0,
		},
		New: func() envs.Env { fresh := dam; return &fresh },
	}, nil
}
