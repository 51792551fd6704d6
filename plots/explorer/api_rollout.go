package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/experiments"
)

// Limits of a rollout.
const (
	maxRolloutSteps = 2000
	maxRolloutBytes = 20 << 20
	rolloutTime     = 10 * time.Second
	maxSceneRate    = 60 // pictures a second of the environment's time
)

type rolloutRequest struct {
	Seed  uint64 `json:"seed"`
	Steps int    `json:"steps"`
	Mode  string `json:"mode"`
}

// rollout lets a policy act for an episode and streams what happens, a line of JSON for every step.
func (s *Server) rollout(w http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	b := rolloutRequest{Steps: maxRolloutSteps, Mode: "deterministic"}
	if err := body(w, r, &b); err != nil {
		return nil, err
	}
	switch {
	case b.Steps < 1 || b.Steps > maxRolloutSteps:
		return nil, badInput(fmt.Sprintf("give 1 to %d", maxRolloutSteps), "steps is %d", b.Steps)
	case b.Mode != "deterministic" && b.Mode != "sampled":
		return nil, badInput("it is deterministic or sampled", "mode is %q", b.Mode)
	}
	select {
	case s.rollouts <- struct{}{}:
		defer func() { <-s.rollouts }()
	default:
		return nil, busy("wait for one to end, or stop it", "%d policies are acting already", maxRollouts)
	}
	set, member, err := x.files.Policy(r.PathValue("pid"))
	if err != nil {
		if f := asFault(err); f.status == http.StatusInternalServerError {
			return nil, &fault{http.StatusConflict, "changed", err.Error(), "only policies of complete runs of this program act"}
		}
		return nil, err
	}
	actor, err := agents.NewReplay(member.Policy, b.Mode == "sampled", b.Seed)
	if err != nil {
		return nil, badInput("choose deterministic", "%v", err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.rolloutTime)
	defer cancel()
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	p := newReplay(set, actor, &b)
	p.id, p.policy = x.id, member.ID
	p.out = &lineWriter{w: w, control: http.NewResponseController(w)}
	if err := p.play(ctx); err != nil && r.Context().Err() == nil {
		p.out.line(map[string]any{"type": "error", "error": faultJSON(asFault(err)).(map[string]any)["error"]})
	}
	p.out.flush()
	return nil, nil
}

// replay is an episode that is streamed.
type replay struct {
	id, policy string
	seed       uint64
	mode       string
	limit      int // steps
	gamma      float64
	spec       *envs.Spec
	single     *envs.Single
	actor      agents.Actor
	out        *lineWriter

	obs32 []float32
	act32 envs.Actions[float32]
	scene envs.Scene
	still extent // of what does not change
}

func newReplay(set *experiments.PolicySet, actor agents.Actor, b *rolloutRequest) *replay {
	spec := &set.Env.Spec
	p := &replay{seed: b.Seed, mode: b.Mode, limit: b.Steps, gamma: set.Reference.Discount, spec: spec, single: envs.NewSingle(set.Env), actor: actor}
	p.obs32 = make([]float32, spec.Observation.Len())
	if spec.Action.Kind == envs.KindBox {
		p.act32.Box = make([]float32, spec.Action.Len())
	} else {
		p.act32.Discrete = make([]int32, spec.Action.Len())
	}
	return p
}

// play plays the episode.
func (p *replay) play(ctx context.Context) error {
	obs, err := p.single.Reset(&p.seed)
	if err != nil {
		return err
	}
	step := envs.StepTime(p.single.Env())
	stride := max(1, int(math.Ceil(1/(maxSceneRate*step)-1e-9)))
	if err := p.begin(obs, step, stride); err != nil {
		return err
	}
	total, discounted := make([]float64, p.spec.M()), make([]float64, p.spec.M())
	discount, limit, steps := 1.0, "steps", 0
	var reward []float64
	var terminated, truncated bool
	for steps < p.limit {
		if ctx.Err() != nil {
			limit = "time"
			break
		}
		if p.out.bytes > maxRolloutBytes {
			limit = "bytes"
			break
		}
		action, err := p.decide(obs, reward)
		if err != nil {
			return fmt.Errorf("step %d: %w", steps+1, err)
		}
		t, err := p.single.Step(action)
		if err != nil {
			return err
		}
		steps++
		obs, reward, terminated, truncated = t.Observation, t.Reward, t.Terminated, t.Truncated
		for j, r := range reward {
			total[j] += r
			discounted[j] += discount * r
		}
		discount *= p.gamma
		last := terminated || truncated
		line := append(p.out.start(), `{"t":`...)
		line = strconv.AppendInt(line, int64(steps), 10)
		line = appendNumbers(append(line, `,"r":`...), reward)
		line = appendNumbers(append(line, `,"a":`...), action)
		line = appendNumbers(append(line, `,"o":`...), obs)
		if steps%stride == 0 || last || steps == p.limit {
			p.draw(obs, action)
			line = appendScene(append(line, `,"scene":`...), &p.scene, p.still, p.all())
		}
		if err := p.out.end(append(line, '}')); err != nil {
			return err
		}
		if last {
			limit = ""
			break
		}
	}
	var limited *string
	if limit != "" {
		limited = &limit
	}
	return p.out.line(object{{"type", "end"}, {"steps", steps}, {"terminated", terminated}, {"truncated", truncated}, {"limit", limited},
		{"return", total}, {"discounted", discounted}})
}

// begin sends the first line.
func (p *replay) begin(obs []float64, step float64, stride int) error {
	_, drawn := p.single.Env().(envs.Renderer)
	p.draw(obs, nil)
	var static any
	if p.still.items+p.still.texts > 0 {
		static = json.RawMessage(appendScene(nil, &p.scene, extent{}, p.still))
	}
	units := make([]string, p.spec.M())
	for j, o := range p.spec.Objectives {
		units[j] = o.Unit
	}
	a := &p.spec.Action
	return p.out.line(object{
		{"type", "start"}, {"run", p.id}, {"policy", p.policy}, {"environment", p.spec.ID}, {"seed", p.seed}, {"mode", p.mode}, {"gamma", p.gamma},
		{"objectives", p.spec.ObjectiveNames()}, {"units", units}, {"horizon", p.spec.Horizon}, {"step_time", step}, {"stride", stride},
		{"observation_names", listed(p.spec.Observation.Names)},
		{"action", object{{"kind", string(a.Kind)}, {"names", listed(a.Names)}, {"sizes", listed(a.N)}, {"low", a.Low}, {"high", a.High}}},
		{"renderer", drawn}, {"static", static}, {"scene", json.RawMessage(appendScene(nil, &p.scene, p.still, p.all()))}, {"o", json.RawMessage(appendNumbers(nil, obs))},
	})
}

// extent is how far something reaches into the lists of a scene.
type extent struct{ items, texts int }

func (p *replay) all() extent { return extent{len(p.scene.Items), len(p.scene.Text)} }

// draw puts the present state into the scene, first of all what stays the same in an episode, which is sent once.
func (p *replay) draw(obs, action []float64) {
	var last envs.Action
	if action != nil {
		if p.spec.Action.Kind == envs.KindBox {
			last.Box = action
		} else {
			last.Discrete = p.act32.Discrete
		}
	}
	env := p.single.Env()
	envs.DrawScene(env, p.spec, obs, last, &p.scene)
	if s, ok := env.(envs.StaticRenderer); ok && p.still == (extent{}) {
		var still envs.Scene
		s.StaticScene(&still)
		p.still = extent{min(len(still.Items), len(p.scene.Items)), min(len(still.Text), len(p.scene.Text))}
	}
}

// decide has the policy act as in its evaluation: on observations rounded to float32. What that rounding of an action alone
// puts beyond a bound of the action space is put back on it.
func (p *replay) decide(obs, reward []float64) ([]float64, error) {
	if f, ok := p.actor.(agents.Feedback); ok && reward != nil {
		f.Feedback(reward)
	}
	for i, x := range obs {
		p.obs32[i] = float32(x)
	}
	p.actor.Act(p.obs32, p.act32)
	action := make([]float64, p.spec.Action.Len())
	for i := range action {
		if p.act32.Box == nil {
			action[i] = float64(p.act32.Discrete[i])
			continue
		}
		action[i] = float64(p.act32.Box[i])
		for _, bound := range [2]float64{p.spec.Action.Low[i], p.spec.Action.High[i]} {
			if p.act32.Box[i] == float32(bound) {
				action[i] = bound
			}
		}
	}
	return action, p.spec.CheckAction(action)
}

// lineWriter streams lines. Those that are ready together are sent together.
type lineWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	buffer  []byte
	bytes   int
	sent    time.Time
}

// flushAfter is how long lines wait for others.
const flushAfter = 100 * time.Millisecond

// start returns where the next line is appended.
func (l *lineWriter) start() []byte { return l.buffer }

// end takes a line.
func (l *lineWriter) end(b []byte) error {
	l.bytes += len(b) - len(l.buffer)
	l.buffer = append(b, '\n')
	if len(l.buffer) < 1<<16 && time.Since(l.sent) < flushAfter {
		return nil
	}
	return l.flush()
}

// line takes a value as a line.
func (l *lineWriter) line(v any) error {
	b, err := encode(v)
	if err != nil {
		return err
	}
	return l.end(append(l.start(), b...))
}

// clientTime is how long a client may take to accept what is sent.
const clientTime = 10 * time.Second

var errClientLeft = errors.New("the client left")

func (l *lineWriter) flush() error {
	_ = l.control.SetWriteDeadline(time.Now().Add(clientTime)) // not every connection has one
	_, err := l.w.Write(l.buffer)
	if err == nil {
		err = l.control.Flush()
	}
	l.buffer, l.sent = l.buffer[:0], time.Now()
	if err != nil {
		return errClientLeft
	}
	return nil
}

// digits is the precision of numbers of a replay.
const digits = 5

// appendNumber appends a number with few digits.
func appendNumber(b []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(b, `"NaN"`...)
	case math.IsInf(x, 1):
		return append(b, `"+Inf"`...)
	case math.IsInf(x, -1):
		return append(b, `"-Inf"`...)
	case x == math.Trunc(x) && math.Abs(x) < 1e6:
		return strconv.AppendInt(b, int64(x), 10)
	}
	return strconv.AppendFloat(b, x, 'g', digits, 32)
}

func appendNumbers(b []byte, v []float64) []byte {
	b = append(b, '[')
	for i, x := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNumber(b, x)
	}
	return append(b, ']')
}

// appendScene appends a part of a scene: the view, items as shape, colour, width and numbers, texts as place, size, colour, anchor
// and words.
func appendScene(b []byte, s *envs.Scene, from, to extent) []byte {
	b = appendNumbers(append(b, `{"view":`...), s.View[:])
	b = append(b, `,"items":[`...)
	for i := from.items; i < to.items; i++ {
		it := &s.Items[i]
		if i > from.items {
			b = append(b, ',')
		}
		b = strconv.AppendUint(append(b, '['), uint64(it.Shape), 10)
		b = strconv.AppendUint(append(b, ','), uint64(it.Color), 10)
		b = appendNumber(append(b, ','), float64(it.Width))
		for _, x := range it.P {
			b = appendNumber(append(b, ','), float64(x))
		}
		b = append(b, ']')
	}
	b = append(b, `],"text":[`...)
	for i := from.texts; i < to.texts; i++ {
		l := &s.Text[i]
		if i > from.texts {
			b = append(b, ',')
		}
		b = append(b, '[')
		for _, x := range []float32{l.X, l.Y, l.Size} {
			b = append(appendNumber(b, float64(x)), ',')
		}
		b = strconv.AppendUint(b, uint64(l.Color), 10)
		b = strconv.AppendUint(append(b, ','), uint64(l.Anchor), 10)
		text, _ := json.Marshal(string(l.Text)) // texts can be encoded
		b = append(append(append(b, ','), text...), ']')
	}
	return append(b, `]}`...)
}
