package pcn

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// Train implements agents.Algorithm.
func (s *Settings) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	t := newTraining(s, problem, rec)
	rec.Columns("episodes", "loss", "error")
	if saved := rec.Restore(); saved != nil {
		if err := t.restore(saved); err != nil {
			return nil, err
		}
	}
	rounds := (problem.Steps + s.EvalEvery - 1) / s.EvalEvery
	first := t.Round
	if t.Steps < problem.Steps {
		first = min(first, t.Steps/s.EvalEvery) // a smaller budget may have ended within a round
	}
	for round := first; round < rounds; round++ {
		if err := problem.Pool.Lockstep(ctx, 1, round, round+1, t.learn, t.record); err != nil {
			return nil, err
		}
	}
	return &agents.PolicySet{Members: t.archive.Members}, nil
}

// training is a run of the algorithm.
type training struct {
	settings *Settings
	problem  *agents.Problem
	rec      agents.Recorder
	sink     func(agents.Episode)
	net      *network
	env      *envs.Vector[float32]
	pcg      *rand.PCG
	rng      *rand.Rand
	archive  agents.Archive
	newest   []agents.Member
	miss     float64 // mean distance of what was reached from what was desired, at the last measurement
	state

	pass                 *pass
	obs, command, action []float32 // of a batch
	chosen               []float32 // in the step that is played
	grad                 []float32
	head                 *neural.Categorical[float32]
}

// state is what learning goes on from, but the archive.
type state struct {
	Round, Steps, Played, Updates int
	Loss                          float64 // mean of the last updates
	Params                        []float32
	Adam                          *neural.Adam
	Buffer                        buffer
}

func newTraining(s *Settings, problem *agents.Problem, rec agents.Recorder) *training {
	spec := &problem.Env.Spec
	t := &training{
		settings: s, problem: problem, rec: rec, sink: rec.EpisodeSink(), net: newNetwork(spec, s.Hidden),
		env: envs.NewVector[float32](problem.Env, 1, envs.NoReset), pcg: agents.NewRand(problem.Seed, "learn"),
		archive: agents.Archive{Reference: problem.Reference.Point, Limit: s.ArchiveSize},
	}
	t.rng = rand.New(t.pcg)
	t.Params = t.net.init(rand.New(agents.NewRand(problem.Seed, "init")))
	t.Adam = neural.NewAdam(len(t.Params), 1e-8)
	t.Buffer = buffer{m: spec.M(), limit: s.Buffer}
	t.pass, t.grad = t.net.newPass(s.Batch), make([]float32, len(t.Params))
	t.obs, t.command = make([]float32, s.Batch*spec.Observation.Len()), make([]float32, s.Batch*(spec.M()+1))
	t.action, t.chosen = make([]float32, s.Batch*spec.Action.Len()), make([]float32, spec.Action.Len())
	if t.net.discrete {
		t.head = neural.NewCategorical[float32](t.net.outputs)
	}
	return t
}

// learn goes on to the next measurement: random episodes first, then updates and episodes for a desired
// return in turn.
func (t *training) learn(ctx context.Context, _, round int) error {
	s := t.settings
	end := min((round+1)*s.EvalEvery, t.problem.Steps)
	for t.Steps < end {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.Played < s.Fill {
			t.play(nil)
			continue
		}
		if (t.Played-s.Fill)%s.Episodes == 0 {
			if err := t.Buffer.sort(); err != nil {
				return err
			}
			t.Loss = 0
			for range s.Updates {
				t.Loss += t.update() / float64(s.Updates)
			}
		}
		c, err := t.Buffer.desire(s.Candidates, t.rng)
		if err != nil {
			return err
		}
		// One command serves for some episodes; as many of them as the budget has steps for.
		for {
			t.play(&c)
			if (t.Played-s.Fill)%s.Episodes == 0 || t.Steps >= t.problem.Steps {
				break
			}
		}
	}
	t.Round = round + 1
	return t.measure(ctx)
}

// play runs an episode, by chance or towards a command, and books it. Where the budget ends it is cut.
func (t *training) play(c *command) {
	spec := &t.problem.Env.Spec
	m, width, comps := spec.M(), spec.Observation.Len(), spec.Action.Len()
	var left command
	if c != nil {
		left = command{slices.Clone(c.Return), c.Horizon}
	}
	obs, final := make([]float32, width), make([]float32, width)
	act := envs.Actions[float32]{}
	if t.net.discrete {
		act.Discrete = make([]int32, 1)
	} else {
		act.Box = make([]float32, comps)
	}
	reward, sum, term, trunc := make([]float64, m), make([]float64, m), []bool{false}, []bool{false}
	t.env.Reset([]uint64{agents.Stream(t.problem.Seed, "episode", t.Played)}, nil, obs)
	var e episode
	for !term[0] && !trunc[0] && t.Steps < t.problem.Steps {
		action := t.choose(c != nil, &left, obs, act)
		e.Obs, e.Actions = append(e.Obs, obs...), append(e.Actions, action...)
		t.env.Step(act, obs, reward, term, trunc, final)
		e.ToGo = append(e.ToGo, reward...)
		for j, r := range reward {
			sum[j] += r
		}
		e.Length++
		t.Steps++
		if c != nil {
			left.after(reward, t.settings.divisor(), t.settings.limit())
		}
	}
	t.Played++
	t.rec.Step(e.Length)
	if t.sink != nil && (term[0] || trunc[0]) {
		t.sink(agents.Episode{Steps: t.Steps, Length: e.Length, Return: sum, Terminated: term[0]})
	}
	if e.Length > 0 {
		e.close(m, t.settings.Gamma)
		t.Buffer.Episodes = append(t.Buffer.Episodes, e)
	}
}

// limit is the largest desired return, nil if there is none.
func (s *Settings) limit() []float64 {
	if len(s.MaxReturn) == 0 {
		return nil
	}
	return s.MaxReturn
}

// divisor is what the rest of a desired return is divided by after every step.
func (s *Settings) divisor() float64 {
	if s.Remainder == "reference" {
		return 1
	}
	return s.Gamma
}

// choose draws an action into act: uniformly, or by the network for a command. What it returns is stored, and
// holds until the next call.
func (t *training) choose(guided bool, c *command, obs []float32, act envs.Actions[float32]) []float32 {
	var row []float32
	if guided {
		scaled(t.command, c, t.settings.Scale)
		t.net.forward(t.Params, obs, t.command, 1, t.pass)
		row = t.pass.output.Out[:t.net.outputs]
	}
	if t.net.discrete {
		if guided {
			act.Discrete[0] = draw(t.head, row, t.chosen, t.rng)
		} else {
			act.Discrete[0] = int32(t.rng.IntN(t.net.outputs))
		}
		t.chosen[0] = float32(act.Discrete[0])
		return t.chosen
	}
	box := &t.problem.Env.Spec.Action
	if guided {
		explore(t.chosen, row, t.settings.Noise, t.rng)
	} else {
		for j := range t.chosen {
			t.chosen[j] = float32(box.Low[j] + (box.High[j]-box.Low[j])*t.rng.Float64())
		}
	}
	clipped(act.Box, t.chosen, box)
	return act.Box
}

// update makes one gradient step on random steps of random episodes: what was done there is what the
// network shall do when it is told what came of it. It returns the mean loss: cross-entropy, or half
// the squared error of continuous actions.
func (t *training) update() float64 {
	s, spec, n := t.settings, &t.problem.Env.Spec, t.net
	m, width, comps := spec.M(), spec.Observation.Len(), spec.Action.Len()
	for i := range s.Batch {
		e := &t.Buffer.Episodes[t.rng.IntN(len(t.Buffer.Episodes))]
		at := t.rng.IntN(e.Length)
		copy(t.obs[i*width:(i+1)*width], e.Obs[at*width:])
		copy(t.action[i*comps:(i+1)*comps], e.Actions[at*comps:])
		scaled(t.command[i*(m+1):], &command{e.ToGo[at*m : (at+1)*m], float64(e.Length - at)}, s.Scale)
	}
	n.forward(t.Params, t.obs, t.command, s.Batch, t.pass)
	out, dOut, stride := t.pass.output.Out, t.pass.output.DOut, n.output.OutWidth()
	clear(dOut)
	loss := 0.0
	for i := range s.Batch {
		row, d, action := out[i*stride:][:n.outputs], dOut[i*stride:][:n.outputs], t.action[i*comps:(i+1)*comps]
		if n.discrete {
			t.head.Set(row)
			loss -= t.head.LogProb(action) / float64(s.Batch)
			t.head.AddGradient(d, action, -1/float64(s.Batch), 0)
			continue
		}
		for j, x := range row {
			d[j] = (x - action[j]) / float32(s.Batch)
			loss += float64(x-action[j]) * float64(x-action[j]) / float64(2*s.Batch)
		}
	}
	n.backward(t.Params, t.grad, t.obs, t.command, s.Batch, t.pass)
	t.Adam.Step(t.Params, t.grad, s.LearningRate, 0)
	t.Updates++
	return loss
}

// measure lets the network act for the return of every non-dominated episode.
func (t *training) measure(ctx context.Context) error {
	t.newest, t.miss = nil, 0
	m := t.Buffer.m
	best, err := t.Buffer.best(len(t.Buffer.Episodes))
	if err != nil {
		return err
	}
	params := slices.Clone(t.Params)
	for k, i := range best {
		e := &t.Buffer.Episodes[i]
		p := &policy{
			net: t.net, hidden: t.settings.Hidden, params: params, scale: t.settings.Scale, most: t.settings.limit(), gamma: t.settings.divisor(), noise: t.settings.Noise,
			command: command{slices.Clone(e.outcome(m)), float64(e.Length)},
		}
		value, err := t.rec.Evaluate(ctx, p)
		if err != nil {
			return err
		}
		t.newest = append(t.newest, agents.Member{
			ID: fmt.Sprintf("s%d.c%d", t.Steps, k), Origin: "command", Steps: t.Steps, Value: value, Policy: p,
		})
		t.miss += distance(value.Return, e.outcome(m)) / float64(len(best))
	}
	return nil
}

// record puts what was measured into the archive and on the record.
func (t *training) record(round int) error {
	for _, m := range t.newest {
		t.archive.Insert(m)
	}
	t.archive.Cut()
	state, err := t.freeze()
	if err != nil {
		return err
	}
	return t.rec.Record(agents.Evaluation{
		Phase: "learn", Steps: t.Steps, Updates: t.Updates, Policies: t.newest, Archive: t.archive.Members,
		Columns:  []float64{float64(t.Played), t.Loss, t.miss},
		Notes:    t.notes(),
		StageEnd: t.Steps >= t.problem.Steps,
	}, state)
}

// notes warn, at the end, of an environment that is random.
func (t *training) notes() []string {
	spec := &t.problem.Env.Spec
	if t.Steps < t.problem.Steps || spec.DeterministicStart && spec.DeterministicStep {
		return nil
	}
	return []string{fmt.Sprintf("pcn assumes that what was done once has the same outcome again, and %s is random: returns that luck gave are pursued in vain", spec.ID)}
}
