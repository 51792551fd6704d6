package envtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"runtime"
	"slices"

	"github.com/paretolab/paretolab/envs"
)

var objectiveName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func specification(p *probe) error {
	s := p.spec
	var errs []error
	fault := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	if s.Summary == "" {
		fault("no summary")
	}
	if s.Horizon < 0 {
		fault("horizon %d is negative", s.Horizon)
	}
	if s.M() == 0 {
		fault("no objectives")
	}
	seen := map[string]bool{}
	for i, o := range s.Objectives {
		if !objectiveName.MatchString(o.Name) || seen[o.Name] {
			fault("objective %d is named %q; names are distinct words of small letters, digits and underscores", i, o.Name)
		}
		seen[o.Name] = true
		if !(o.Low <= o.High) {
			fault("objective %s has bounds [%v, %v]", o.Name, o.Low, o.High)
		}
	}
	for _, r := range append([]envs.Reference{s.Reference}, s.Alternatives...) {
		if len(r.Point) != s.M() {
			fault("reference %q has %d numbers for %d objectives", r.Name, len(r.Point), s.M())
		}
		for _, v := range r.Point {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				fault("reference %q has the value %v", r.Name, v)
			}
		}
		if !(r.Discount > 0 && r.Discount <= 1) {
			fault("reference %q has discount %v, outside (0, 1]", r.Name, r.Discount)
		}
	}
	for _, c := range []struct {
		what  string
		space *envs.Space
	}{{"observation space", &s.Observation}, {"action space", &s.Action}} {
		if err := checkSpace(c.space); err != nil {
			fault("%s: %w", c.what, err)
		}
	}
	return errors.Join(errs...)
}

func checkSpace(s *envs.Space) error {
	switch s.Kind {
	case envs.KindBox:
		if len(s.Low) == 0 || len(s.Low) != len(s.High) {
			return fmt.Errorf("%d lower and %d upper bounds", len(s.Low), len(s.High))
		}
		for i := range s.Low {
			if !(s.Low[i] <= s.High[i]) {
				return fmt.Errorf("element %d has bounds [%v, %v]", i, s.Low[i], s.High[i])
			}
		}
	case envs.KindDiscrete:
		if len(s.N) == 0 {
			return errors.New("no elements")
		}
		for i, n := range s.N {
			if n < 1 {
				return fmt.Errorf("element %d has %d values", i, n)
			}
		}
	default:
		return fmt.Errorf("unknown kind %q", s.Kind)
	}
	next := 0
	for _, f := range s.Fields {
		if f.Name == "" || f.Offset != next || f.Len < 1 {
			return fmt.Errorf("field %q starts at %d with %d elements; the fields before it end at %d", f.Name, f.Offset, f.Len, next)
		}
		next += f.Len
	}
	if len(s.Fields) > 0 && next != s.Len() {
		return fmt.Errorf("the fields cover %d of %d elements", next, s.Len())
	}
	return nil
}

func names(p *probe) error {
	for _, c := range []struct {
		what  string
		space *envs.Space
	}{{"action", &p.spec.Action}, {"observation", &p.spec.Observation}} {
		s := c.space
		if len(s.Names) == 0 {
			continue
		}
		want := s.Len()
		if s.Kind == envs.KindDiscrete && want == 1 {
			want = s.N[0]
		}
		if len(s.Names) != want {
			return fmt.Errorf("%d %s names for %d", len(s.Names), c.what, want)
		}
		seen := map[string]bool{}
		for _, n := range s.Names {
			if n == "" || seen[n] {
				return fmt.Errorf("%s name %q is empty or there twice", c.what, n)
			}
			seen[n] = true
		}
	}
	return nil
}

// episodes steps a bare copy through random episodes with the time limit and calls see after
// every reset (action nil) and step.
func (p *probe) episodes(see func(env envs.Env, step int, reward []float64) error) error {
	env, d := p.e.New(), p.driver(1)
	var rng envs.RNG
	rng.Seed(1)
	reward := make([]float64, p.spec.M())
	for steps, episode := 0, 0; steps < p.some(maxSteps) && episode < p.some(maxEpisodes); episode++ {
		env.Reset(&rng)
		if err := see(env, 0, nil); err != nil {
			return fmt.Errorf("episode %d, after reset: %w", episode, err)
		}
		for k := 1; ; k++ {
			fill(reward, math.NaN())
			terminated := env.Step(&rng, d.next(), reward)
			steps++
			if err := see(env, k, reward); err != nil {
				return fmt.Errorf("episode %d, step %d: %w", episode, k, err)
			}
			if terminated || k == p.spec.Horizon || steps >= p.some(maxSteps) {
				break
			}
		}
	}
	return nil
}

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

func observations(p *probe) error {
	space := &p.spec.Observation
	obs, again := make([]float64, space.Len()), make([]float64, space.Len())
	return p.episodes(func(env envs.Env, _ int, _ []float64) error {
		fill(obs, math.NaN())
		env.Observe(obs)
		fill(again, 7)
		env.Observe(again)
		for i, x := range obs {
			switch {
			case math.IsNaN(x):
				return fmt.Errorf("element %d is not written, or not a number", i)
			case math.IsInf(x, 0):
				return fmt.Errorf("element %d is %v", i, x)
			case x != again[i]:
				return fmt.Errorf("element %d is %v, and %v when observed once more", i, x, again[i])
			}
			low, high := 0.0, 0.0
			if space.Kind == envs.KindDiscrete {
				high = float64(space.N[i] - 1)
			} else {
				low, high = space.Low[i], space.High[i]
			}
			slack := 0.0
			if space.DType == "float32" || space.DType == "float64" {
				slack = 1e-6
			} else if x != math.Trunc(x) {
				return fmt.Errorf("element %d is %v in a space of type %s", i, x, space.DType)
			}
			if outside(x, low, high, slack) {
				return fmt.Errorf("element %d is %v, outside [%v, %v]", i, x, low, high)
			}
		}
		return nil
	})
}

// outside allows for rounding relative to the bounds.
func outside(x, low, high, slack float64) bool {
	return x < low-slack*max(1, math.Abs(low)) || x > high+slack*max(1, math.Abs(high))
}

func rewards(p *probe) error {
	return p.episodes(func(_ envs.Env, step int, reward []float64) error {
		for j, v := range reward {
			o := p.spec.Objectives[j]
			switch {
			case math.IsNaN(v):
				return fmt.Errorf("objective %s is not written, or not a number", o.Name)
			case math.IsInf(v, 0):
				return fmt.Errorf("objective %s is %v", o.Name, v)
			case outside(v, o.Low, o.High, 1e-9):
				return fmt.Errorf("objective %s is %v, outside its bounds [%v, %v]", o.Name, v, o.Low, o.High)
			}
		}
		return nil
	})
}

func actions(p *probe) error {
	env, d := p.e.New(), p.driver(1)
	var rng envs.RNG
	rng.Seed(1)
	reward := make([]float64, p.spec.M())
	env.Reset(&rng)
	for k := 1; k <= p.some(500); k++ {
		a := d.next()
		given := slices.Clone(numbers(a))
		terminated := env.Step(&rng, a, reward)
		if now := numbers(a); !slices.Equal(now, given) {
			return fmt.Errorf("step %d changes its action from %v to %v", k, given, now)
		}
		if terminated {
			env.Reset(&rng)
		}
	}
	return nil
}

func determinism(p *probe) error {
	steps := p.some(500)
	for _, seed := range []uint64{0, 1, 1 << 40} {
		want := p.trace(newVector[float64](p, 1, envs.SameStep), seed, steps)
		if err := differ("a second copy with the same seed", p.trace(newVector[float64](p, 1, envs.SameStep), seed, steps), want); err != nil {
			return err
		}
		used := newVector[float64](p, 1, envs.SameStep)
		p.trace(used, seed+1, 37)
		if err := differ("a copy that ran another episode before", p.trace(used, seed, steps), want); err != nil {
			return err
		}
		// Two copies in turns: they must share nothing that changes.
		a, b := newVector[float64](p, 1, envs.SameStep), newVector[float64](p, 1, envs.SameStep)
		drive, other := p.driver(seed), p.driver(seed+2)
		a.reset(seed)
		b.reset(seed + 2)
		got := []row{a.row(0)}
		for range steps {
			b.set(0, other.next())
			b.step()
			a.set(0, drive.next())
			a.step()
			got = append(got, a.row(0))
		}
		if err := differ("a copy beside another that steps in turns with it", got, want); err != nil {
			return err
		}
	}
	return nil
}

func seeding(p *probe) error {
	env, d := p.e.New(), p.driver(2)
	reward := make([]float64, p.spec.M())
	drawnAtStart := false
	for seed := range uint64(10) {
		var rng envs.RNG
		rng.Seed(seed)
		before := rng
		env.Reset(&rng)
		if rng != before {
			drawnAtStart = true
			if p.spec.DeterministicStart {
				return errors.New("a reset draws random numbers, though DeterministicStart is declared")
			}
		}
		for k := 1; k <= 200; k++ {
			before = rng
			end := env.Step(&rng, d.next(), reward)
			if rng != before && p.spec.DeterministicStep {
				return fmt.Errorf("step %d draws random numbers, though DeterministicStep is declared", k)
			}
			if end || k == p.spec.Horizon {
				break
			}
		}
	}
	if !drawnAtStart && !p.spec.DeterministicStart {
		return errors.New("ten resets draw no random number, though DeterministicStart is not declared")
	}
	return nil
}

func timeLimit(p *probe) error {
	horizon := p.spec.Horizon
	v, d := newVector[float64](p, 1, envs.NoReset), p.driver(3)
	reached, terminated := 0, 0
	for steps, episode := 0, 0; episode < p.some(maxEpisodes) && (steps < p.some(maxSteps) || reached > 0 && reached < 3); episode++ {
		v.reset(uint64(episode))
		for k := 1; ; k++ {
			v.set(0, d.next())
			v.step()
			steps++
			if horizon == 0 && v.trunc[0] {
				return fmt.Errorf("truncated at step %d without a horizon", k)
			}
			if horizon > 0 && v.trunc[0] != (k >= horizon) {
				return fmt.Errorf("at step %d of %d truncated is %v", k, horizon, v.trunc[0])
			}
			if v.trunc[0] {
				reached++
				if v.term[0] {
					terminated++
				}
			}
			if v.term[0] || v.trunc[0] {
				break
			}
			if k == endlessly {
				return fmt.Errorf("an episode of random actions did not end in %d steps, and there is no horizon", k)
			}
		}
	}
	if reached >= 3 && terminated == reached && !p.spec.BothAtLimit {
		return fmt.Errorf("all %d episodes that reached the horizon of %d steps terminated there: the time limit is not the environment's business", reached, horizon)
	}
	return nil
}

func state(p *probe) error {
	for _, after := range []int{0, 1, 3, 10, 50} {
		// Walk into the middle of an episode.
		v, d := newVector[float64](p, 1, envs.SameStep), p.driver(uint64(after)+4)
		v.reset(uint64(after))
		for range after {
			v.set(0, d.next())
			v.step()
		}
		saved := v.AppendState(nil)
		text, err := json.Marshal(v.Env(0).State())
		if err != nil {
			return fmt.Errorf("the state does not become JSON: %w", err)
		}
		where := fmt.Sprintf("after %d steps", after)
		drive := *d
		want := p.onward(v, drive, p.some(60))
		for _, c := range []struct {
			name string
			copy *vector[float64]
		}{{"the same copy", v}, {"a fresh copy", newVector[float64](p, 1, envs.SameStep)}} {
			if err := c.copy.SetState(saved); err != nil {
				return fmt.Errorf("%s: %w", where, err)
			}
			if again := c.copy.AppendState(nil); !bytes.Equal(again, saved) {
				return fmt.Errorf("%s: restored in %s and saved again, the bytes differ", where, c.name)
			}
			if err := differ(where+", restored from bytes in "+c.name, p.onward(c.copy, drive, p.some(60)), want); err != nil {
				return err
			}
		}
		if err := p.stateAsJSON(where, saved, text, drive); err != nil {
			return err
		}
	}
	return branches(p)
}

// onward continues a batch of one with the actions of a copied driver.
func (p *probe) onward(v *vector[float64], d driver, steps int) []row {
	d.index, d.box = slices.Clone(d.index), slices.Clone(d.box)
	var rows []row
	for range steps {
		v.set(0, d.next())
		v.step()
		rows = append(rows, v.row(0))
	}
	return rows
}

// stateAsJSON compares a copy continued from saved bytes with a Single continued from JSON. The
// random stream is not in the JSON: both get the same fresh one.
func (p *probe) stateAsJSON(where string, saved, text []byte, d driver) error {
	v := newVector[float64](p, 1, envs.NoReset)
	if err := v.SetState(saved); err != nil {
		return err
	}
	seed := uint64(99)
	var rng envs.RNG
	rng.Seed(seed)
	p.e.New().Reset(&rng) // what the Single's reset draws
	*v.RNG(0) = rng
	s := envs.NewSingle(p.e)
	if _, err := s.Reset(&seed); err != nil {
		return err
	}
	if err := s.SetStateJSON(text); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	if again, err := s.StateJSON(); err != nil || !bytes.Equal(again, text) {
		return fmt.Errorf("%s: state %s, restored from JSON, is %s", where, text, again)
	}
	d.index, d.box = slices.Clone(d.index), slices.Clone(d.box)
	for k := 1; k <= p.some(60); k++ {
		a := d.next()
		v.set(0, a)
		v.step()
		t, err := s.Step(numbers(a))
		if err != nil {
			return fmt.Errorf("%s, restored from JSON, step %d: %w", where, k, err)
		}
		// The step count is not in the JSON either: flags of the time limit differ.
		got, want := row{t.Observation, t.Reward, t.Terminated, false}, v.row(0)
		want.trunc = false
		if !got.same(want) {
			return fmt.Errorf("%s, restored from JSON: step %d gives %v; before it gave %v", where, k, got, want)
		}
		if t.Terminated || t.Truncated || v.trunc[0] {
			return nil
		}
	}
	return nil
}

func batch(p *probe) error {
	if err := batchOf[float64](p, "float64"); err != nil {
		return err
	}
	return batchOf[float32](p, "float32")
}

func batchOf[T envs.Real](p *probe, name string) error {
	const n = 3
	v := newVector[T](p, n, envs.SameStep)
	seeds := []uint64{21, 22, 23}
	v.reset(seeds...)
	singles, drivers := make([]*envs.Single, n), make([]*driver, n)
	rounded := func(x []float64) []float64 {
		out := make([]float64, len(x))
		for i := range x {
			out[i] = float64(T(x[i]))
		}
		return out
	}
	for i := range singles {
		singles[i], drivers[i] = envs.NewSingle(p.e), p.driver(seeds[i])
		obs, err := singles[i].Reset(&seeds[i])
		if err != nil {
			return err
		}
		got, want := v.row(i), row{obs: rounded(obs)}
		got.rew = nil // of no step
		if !got.same(want) {
			return fmt.Errorf("%s, copy %d: reset gives %v, a single copy %v", name, i, got, want)
		}
	}
	for k := 1; k <= p.some(500); k++ {
		want := make([]row, n)
		for i := range singles {
			a := drivers[i].next()
			v.set(i, a)
			t, err := singles[i].Step(numbers(a))
			if err != nil {
				return err
			}
			want[i] = row{rounded(t.Observation), t.Reward, t.Terminated, t.Truncated}
		}
		v.step()
		for i := range singles {
			got := v.row(i)
			if got.term || got.trunc {
				nObs := p.spec.Observation.Len()
				for j, x := range v.final[i*nObs : (i+1)*nObs] {
					got.obs[j] = float64(x)
				}
			}
			if !got.same(want[i]) {
				return fmt.Errorf("%s, copy %d, step %d: the batch gives %v, a single copy %v", name, i, k, got, want[i])
			}
			if want[i].term || want[i].trunc {
				if _, err := singles[i].Reset(nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func allocations(p *probe) error {
	v, d := newVector[float32](p, 4, envs.SameStep), p.driver(5)
	seeds := []uint64{1, 2, 3, 4}
	v.reset(seeds...)
	steps := p.some(200)
	per := func(what string, f func()) error {
		// Other goroutines may allocate meanwhile; the least of several tries is ours.
		least := uint64(math.MaxUint64)
		for range 5 {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range steps {
				f()
			}
			runtime.ReadMemStats(&after)
			least = min(least, after.Mallocs-before.Mallocs)
			if least == 0 {
				return nil
			}
		}
		return fmt.Errorf("%d calls of %s allocate %d times", steps, what, least)
	}
	if err := per("Step", func() {
		for i := range v.Len() {
			v.set(i, d.next())
		}
		v.step()
	}); err != nil {
		return err
	}
	return per("Reset", func() { v.Reset(seeds, nil, v.obs) })
}

// model follows random episodes of the environment through the model. Where it is stochastic,
// every state that explains the rewards so far is kept, or the one that the environment tells.
func model(p *probe) error {
	m, ok := p.e.Model()
	if !ok {
		return nil
	}
	if n := m.NumActions(); p.spec.Action.Kind != envs.KindDiscrete || p.spec.Action.Len() != 1 || p.spec.Action.N[0] != n {
		return fmt.Errorf("the model has %d actions, the action space is %v", n, p.spec.Action.N)
	}
	v, d := newVector[float64](p, 1, envs.NoReset), p.driver(6)
	var buf []envs.Outcome
	for episode := range 30 {
		v.reset(uint64(episode))
		var states []int
		for _, o := range envs.Starts(m) {
			states = append(states, o.Next)
		}
		if at, ok := v.Env(0).(envs.StateIndexer); ok && !slices.Contains(states, at.StateIndex()) {
			return fmt.Errorf("episode %d begins in state %d, the model in one of %v", episode, at.StateIndex(), states)
		}
		for k := 1; k <= 200; k++ {
			v.set(0, d.next())
			v.step()
			var next []int
			for _, s := range states {
				if s < 0 || s >= m.NumStates() {
					return fmt.Errorf("state %d of a model with %d states", s, m.NumStates())
				}
				buf = m.Outcomes(s, int(v.actions.Discrete[0]), buf[:0])
				total := 0.0
				for _, o := range buf {
					total += o.P
					if o.P > 0 && (o.Next < 0 || o.Next >= m.NumStates()) {
						return fmt.Errorf("state %d of a model with %d states", o.Next, m.NumStates())
					}
					if o.P > 0 && o.Terminal == v.term[0] && slices.Equal(o.Reward, v.rew) && !slices.Contains(next, o.Next) {
						next = append(next, o.Next)
					}
				}
				if math.Abs(total-1) > 1e-9 {
					return fmt.Errorf("the probabilities of action %d in state %d sum to %v", v.actions.Discrete[0], s, total)
				}
			}
			if len(next) == 0 {
				return fmt.Errorf("episode %d, step %d: reward %v, terminated %v is not what the model predicts in state %v: %+v",
					episode, k, v.rew, v.term[0], states, buf)
			}
			if v.term[0] {
				break
			}
			if at, ok := v.Env(0).(envs.StateIndexer); ok {
				if !slices.Contains(next, at.StateIndex()) {
					return fmt.Errorf("episode %d, step %d: the environment is in state %d, the model in one of %v", episode, k, at.StateIndex(), next)
				}
				next = append(next[:0], at.StateIndex())
			}
			if states = next; v.trunc[0] {
				break
			}
		}
	}
	return nil
}

func knownFront(p *probe) error {
	env := p.e.New()
	k, ok := env.(envs.KnownFront)
	if !ok {
		return nil
	}
	gamma := p.spec.Reference.Discount
	points, source, ok := k.KnownFront(gamma)
	if !ok {
		return nil
	}
	if source == "" {
		return errors.New("it does not say where it comes from")
	}
	for i, y := range points {
		if len(y) != p.spec.M() {
			return fmt.Errorf("point %d has %d values for %d objectives", i, len(y), p.spec.M())
		}
	}
	planned, ok := env.(envs.FrontPlans)
	if !ok || !p.spec.DeterministicStart || !p.spec.DeterministicStep {
		return nil
	}
	plans := planned.FrontPlans()
	if len(plans) != len(points) {
		return fmt.Errorf("%d plans for %d points", len(plans), len(points))
	}
	for i, plan := range plans {
		s := envs.NewSingle(p.e)
		if _, err := s.Reset(nil); err != nil {
			return err
		}
		total, discount := make([]float64, p.spec.M()), 1.0
		for _, a := range plan {
			t, err := s.Step([]float64{float64(a)})
			if err != nil {
				return fmt.Errorf("plan %d: %w", i, err)
			}
			for j, v := range t.Reward {
				total[j] += discount * v
			}
			discount *= gamma
		}
		for j, want := range points[i] {
			if math.Abs(total[j]-want) > 1e-9*max(1, math.Abs(want)) {
				return fmt.Errorf("plan %d gives %v, the point is %v", i, total, points[i])
			}
		}
	}
	return nil
}
