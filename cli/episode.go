package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// episodeSource says where the actions of an episode come from: a file, a policy, or else chance.
type episodeSource struct {
	actions string // file
	policy  string // RUN or RUN/policies/NAME
	point   struct {
		n     int
		given bool
	}
	preference                referenceFlag
	deterministic, stochastic bool
	seed                      uint64 // of the reset and of drawn actions
}

// register adds the flags; read takes what only a parsed command line tells.
func (s *episodeSource) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.actions, "actions", "", "file with one action per line, - for standard input")
	f.StringVar(&s.policy, "policy", "", "policy that acts: RUN/policies/NAME, or RUN with --point or --preference")
	f.IntVar(&s.point.n, "point", 0, "row of the run's front.csv, from 1, whose policy acts")
	f.Var(&s.preference, "preference", "weight of each objective: the best policy for it acts")
	f.BoolVar(&s.deterministic, "deterministic", false, "the policy takes its most probable action (default)")
	f.BoolVar(&s.stochastic, "stochastic", false, "the policy draws its actions, as in training")
	f.Uint64Var(&s.seed, "seed", 0, "seed of the reset and of drawn actions, from 0")
}

func (s *episodeSource) read(c *cobra.Command) { s.point.given = c.Flags().Changed("point") }

// check refuses flags that contradict each other.
func (s *episodeSource) check() error {
	ofPolicy := s.point.given || s.preference != nil || s.deterministic || s.stochastic
	switch {
	case s.actions != "" && s.policy != "":
		return usagef("give either --actions or --policy, not both")
	case s.policy == "" && ofPolicy:
		return usagef("--point, --preference, --deterministic and --stochastic go with --policy")
	case s.point.given && s.preference != nil:
		return usagef("give either --point or --preference, not both")
	case s.deterministic && s.stochastic:
		return usagef("give either --deterministic or --stochastic, not both")
	}
	return nil
}

// splitPolicy takes the path of a policy apart: the run directory, and the name of the policy, "" for
// the path of a run.
func splitPolicy(path string) (run, name string) {
	path = filepath.Clean(path)
	if dir, file := filepath.Split(path); filepath.Base(dir) == "policies" {
		return filepath.Dir(filepath.Clean(dir)), strings.TrimSuffix(strings.TrimSuffix(file, ".safetensors"), ".json")
	}
	return path, ""
}

// load reads the policy, and the environment that it was trained for.
func (s *episodeSource) load() (*experiments.PolicySet, *agents.Member, error) {
	run, name := splitPolicy(s.policy)
	if name != "" && (s.point.given || s.preference != nil) {
		return nil, nil, usagef("--policy %s is one policy; --point and --preference choose one of a run", s.policy)
	}
	set, err := experiments.LoadPolicySet(run)
	switch {
	case errors.Is(err, experiments.ErrNoRuns):
		return nil, nil, withCode(exitNothing, fmt.Errorf("--policy %s: %w", s.policy, err))
	case isDataError(err):
		return nil, nil, withCode(exitData, err)
	case err != nil:
		return nil, nil, usagef("--policy %s: %w", s.policy, err)
	}
	var m *agents.Member
	switch {
	case name != "":
		m, err = set.Member(name)
	case s.point.given:
		m, err = set.Point(s.point.n)
	case s.preference != nil:
		m, err = set.Choose(s.preference)
	case len(set.Members) > 1:
		err = fmt.Errorf("the run has %d policies; choose one with --point N, row N of its front.csv, or with --preference", len(set.Members))
	default:
		m = &set.Members[0]
	}
	if err != nil {
		return nil, nil, usagef("--policy %s: %w", s.policy, err)
	}
	return set, m, nil
}

// episode is one that can be played again and again, always the same.
type episode struct {
	spec   *envs.Spec
	single *envs.Single
	seed   uint64
	limit  int // steps; −1: to the end
	policy string

	begin func() (actor, error) // what acts in a new episode
	// place says where the action of a step stands, for errors; nil: nowhere, and acting stops with the
	// end of the episode.
	place func(k int) string
}

// actor returns the action of step k, counted from 0, given the reward of the step before, nil if there
// is none; nil ends the episode.
type actor func(k int, obs, reward []float64) ([]float64, error)

// moment is a state of an episode with what led to it.
type moment struct {
	step                  int
	obs                   []float64
	action                []float64 // nil at the start
	reward                []float64 // likewise
	total                 []float64 // undiscounted return so far
	terminated, truncated bool
}

// openEpisode prepares the episode that the flags ask for.
func (a *app) openEpisode(id string, options environmentOptions, src *episodeSource) (*episode, error) {
	if err := src.check(); err != nil {
		return nil, err
	}
	p := &episode{seed: src.seed, limit: -1}
	var e *envs.Environment
	if src.policy != "" {
		set, member, err := src.load()
		if err != nil {
			return nil, err
		}
		if id != set.Env.Spec.ID || len(options) > 0 {
			if e, err = options.make(id); err != nil {
				return nil, err
			}
			if err := set.MoveTo(e); err != nil {
				return nil, usagef("--policy %s: %w", src.policy, err)
			}
		}
		e = set.Env
		p.policy = member.ID
		p.begin = func() (actor, error) {
			replay, err := agents.NewReplay(member.Policy, src.stochastic, src.seed)
			if err != nil {
				return nil, usagef("--stochastic: %w", err)
			}
			return policyActor(replay, &e.Spec), nil
		}
	} else {
		var err error
		if e, err = options.make(id); err != nil {
			return nil, err
		}
		if src.actions != "" {
			actions, err := a.readActions(src.actions, &e.Spec)
			if err != nil {
				return nil, err
			}
			path := src.actions
			if path == "-" {
				path = "standard input"
			}
			p.begin = func() (actor, error) { return fileActor(actions), nil }
			p.place = func(k int) string { return fmt.Sprintf("%s:%d", path, actions[k].line) }
		} else {
			if !a.quiet {
				fmt.Fprintln(a.err, "neither --actions nor --policy: random actions")
			}
			p.begin = func() (actor, error) { return randomActor(&e.Spec, src.seed), nil }
		}
	}
	p.spec, p.single = &e.Spec, envs.NewSingle(e)
	return p, nil
}

// fileActor takes the actions of a file.
func fileActor(actions []lineAction) actor {
	return func(k int, _, _ []float64) ([]float64, error) {
		if k == len(actions) {
			return nil, nil
		}
		return actions[k].action, nil
	}
}

// randomActor draws actions as the spaces of the originals do.
func randomActor(spec *envs.Spec, seed uint64) actor {
	var rng envs.RNG
	rng.Seed(agents.Stream(seed, "render.actions"))
	return func(k int, _, _ []float64) ([]float64, error) {
		if k == randomSteps {
			return nil, nil
		}
		action := make([]float64, spec.Action.Len())
		spec.Action.Sample(&rng, action)
		return action, nil
	}
}

// policyActor acts as the policy does in its evaluation: on observations rounded to float32. What that
// rounding of an action alone puts beyond a bound of the action space is put back on it.
func policyActor(a agents.Actor, spec *envs.Spec) actor {
	obs32 := make([]float32, spec.Observation.Len())
	var act envs.Actions[float32]
	if spec.Action.Kind == envs.KindBox {
		act.Box = make([]float32, spec.Action.Len())
	} else {
		act.Discrete = make([]int32, spec.Action.Len())
	}
	return func(k int, obs, reward []float64) ([]float64, error) {
		if k == policySteps {
			return nil, nil
		}
		if f, ok := a.(agents.Feedback); ok && reward != nil {
			f.Feedback(reward)
		}
		for i, x := range obs {
			obs32[i] = float32(x)
		}
		a.Act(obs32, act)
		action := make([]float64, spec.Action.Len())
		for i := range action {
			if act.Box == nil {
				action[i] = float64(act.Discrete[i])
				continue
			}
			action[i] = float64(act.Box[i])
			for _, bound := range [2]float64{spec.Action.Low[i], spec.Action.High[i]} {
				if act.Box[i] == float32(bound) {
					action[i] = bound
				}
			}
		}
		if err := spec.CheckAction(action); err != nil {
			return nil, fmt.Errorf("the policy's action %v in step %d cannot be taken: %w", action, k+1, err)
		}
		return action, nil
	}
}

// play plays the episode and shows every state.
func (p *episode) play(ctx context.Context, show func(moment)) error {
	act, err := p.begin()
	if err != nil {
		return err
	}
	obs, err := p.single.Reset(&p.seed)
	if err != nil {
		return err
	}
	m := moment{obs: obs, total: make([]float64, p.spec.M())}
	show(m)
	for k := 0; k != p.limit && (p.place != nil || !m.terminated && !m.truncated); k++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		action, err := act(k, m.obs, m.reward)
		if err != nil || action == nil {
			return err
		}
		t, err := p.single.Step(action)
		if err != nil {
			if errors.Is(err, envs.ErrEnded) {
				err = fmt.Errorf("the episode ended with step %d; this action and what follows it cannot be taken", k)
			}
			return usagef("%s: %w", p.place(k), err)
		}
		for j, r := range t.Reward {
			m.total[j] += r
		}
		m.step, m.obs, m.action, m.reward, m.terminated, m.truncated = k+1, t.Observation, action, t.Reward, t.Terminated, t.Truncated
		show(m)
	}
	return nil
}

// env is the environment as the last state of play left it.
func (p *episode) env() envs.Env { return p.single.Env() }

// scene draws the present state, which the moment is.
func (p *episode) scene(m moment, dst *envs.Scene) {
	var last envs.Action
	if m.action != nil {
		if p.spec.Action.Kind == envs.KindBox {
			last.Box = m.action
		} else {
			for _, x := range m.action {
				last.Discrete = append(last.Discrete, int32(x))
			}
		}
	}
	envs.DrawScene(p.env(), p.spec, m.obs, last, dst)
}

// panel is what stands beside the present state.
func (p *episode) panel(m moment) *plots.Panel {
	panel := &plots.Panel{Title: p.spec.ID, Objectives: p.spec.ObjectiveNames(), Reward: m.reward, Return: m.total}
	step := fmt.Sprintf("step %d", m.step)
	if p.spec.Horizon > 0 {
		step += fmt.Sprintf(" of %d", p.spec.Horizon)
	}
	panel.Lines = append(panel.Lines, step)
	if p.policy != "" {
		panel.Lines = append(panel.Lines, "policy "+p.policy)
	}
	panel.Lines = append(panel.Lines, "action "+actionText(&p.spec.Action, m.action))
	switch {
	case m.terminated:
		panel.Lines = append(panel.Lines, "terminated")
	case m.truncated:
		panel.Lines = append(panel.Lines, "truncated")
	default:
		panel.Lines = append(panel.Lines, "")
	}
	return panel
}

// actionText names an action, or writes its numbers if they are few.
func actionText(s *envs.Space, action []float64) string {
	switch {
	case action == nil:
		return "–"
	case s.Kind == envs.KindDiscrete && len(action) == 1 && len(s.Names) > 0:
		return strings.ReplaceAll(s.Names[int(action[0])], "_", " ")
	case len(action) == 1:
		return plots.Number(action[0], 3)
	case len(action) <= 3:
		return vector(action, 2)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range action {
		low, high = min(low, x), max(high, x)
	}
	return fmt.Sprintf("%d numbers, %s to %s", len(action), plots.Number(low, 2), plots.Number(high, 2))
}
