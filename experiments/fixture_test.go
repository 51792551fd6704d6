package experiments

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// The environment and the algorithm of these tests are as small as a run allows: a walk on a line
// with two objectives, and a hill climber over linear policies.

const (
	testEnvironment = "test-walk-v0"
	testAlgorithm   = "test-climber"
)

func init() {
	envs.Register(envs.Definition{
		ID:      testEnvironment,
		Options: []envs.Option{{Name: "noise", Default: 0.3, Min: 0, Max: 1, Doc: "probability of a slip"}},
		New: func(o envs.Options) (*envs.Environment, error) {
			noise := o.Float("noise")
			return &envs.Environment{
				Spec: envs.Spec{
					Summary:     "A walk on a line.",
					Observation: envs.Box("float32", []float64{-20, 0}, []float64{20, 1}),
					Action:      envs.Discrete(2, "left", "right"),
					Objectives: []envs.Objective{
						{Name: "distance", Unit: "m", Low: -1, High: 1}, {Name: "rest", Low: -1, High: 1},
					},
					Horizon:            15,
					Reference:          envs.Reference{Discount: 0.95, Point: []float64{-20, -20}, Source: "this test"},
					DeterministicStart: true, DeterministicStep: noise == 0,
				},
				New: func() envs.Env { return &walk{noise: noise} },
			}, nil
		},
	})
	agents.Register(agents.Definition{
		ID: testAlgorithm, Summary: "Hill climbing over linear policies", Source: "this test", Revision: 1,
		Presets: []agents.Preset{{Name: "default", Doc: "small"}},
		New: func(*envs.Environment, string) (agents.Algorithm, int, error) {
			return &climber{Tasks: 3, Sigma: 0.5}, 600, nil
		},
	})
}

type walk struct {
	noise float64
	state struct {
		X     float64 `json:"x"`
		Steps uint32  `json:"steps"`
	}
}

func (w *walk) Reset(*envs.RNG) { w.state.X, w.state.Steps = 0, 0 }

func (w *walk) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	d := float64(2*a.Index() - 1)
	if w.noise > 0 && rng.Float64() < w.noise {
		d = -d
	}
	w.state.X += d
	w.state.Steps++
	reward[0], reward[1] = d, 0
	if d < 0 {
		reward[1] = 1 / (1 + w.state.X*w.state.X)
	}
	return w.state.X >= 10
}

func (w *walk) Observe(obs []float64) {
	obs[0], obs[1] = w.state.X, float64(w.state.Steps)/15
}

func (w *walk) State() any { return &w.state }

// climber improves every task's policy by random steps: enough to have parameters, random streams,
// parallel tasks and an archive. Its unexported fields let a test look in.
type climber struct {
	Tasks int     `key:"tasks" doc:"Policies trained side by side." range:">=1"`
	Sigma float64 `key:"sigma" doc:"Size of a random step." range:"(0,inf)"`

	afterRecord func(n int) // n evaluations are recorded
	inRound     func(task, round int) error
	afterTrain  func()
	spoil       func(*agents.Evaluation)
	ballast     []byte // part of the state
}

const (
	climbSteps  = 20 // training steps of a task and round
	climbRounds = 2  // a stage, with a checkpoint at its end
	testRounds  = 6  // a run
)

func (c *climber) Check(*envs.Environment, int) error { return nil }

type climberState struct {
	Round   int
	Weights [][]float32
	Values  []agents.Value
	Rand    [][]byte
	Archive []agents.Member
	Ballast []byte
}

type linear struct{ W []float32 }

func (p *linear) NewActor(int) agents.Actor { return p }
func (p *linear) Reset(int, *rand.Rand)     {}
func (p *linear) Act(obs []float32, act envs.Actions[float32]) {
	for i := range act.Discrete {
		act.Discrete[i] = 0
		if p.W[0]*obs[2*i]+p.W[1]*obs[2*i+1]+p.W[2] > 0 {
			act.Discrete[i] = 1
		}
	}
}
func (p *linear) Kind() string            { return "linear" }
func (p *linear) Encode() ([]byte, error) { return json.Marshal(p) }

func (c *climber) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	gob.Register(&linear{})
	rounds := p.Steps / (c.Tasks * climbSteps)
	rec.Columns("best", "spread")
	s := climberState{Weights: make([][]float32, c.Tasks), Values: make([]agents.Value, c.Tasks), Rand: make([][]byte, c.Tasks)}
	random := make([]*rand.PCG, c.Tasks)
	for i := range random {
		random[i] = agents.NewRand(p.Seed, "climb", i)
		s.Weights[i] = make([]float32, 3)
	}
	if saved := rec.Restore(); saved != nil {
		if err := gob.NewDecoder(bytes.NewReader(saved)).Decode(&s); err != nil {
			return nil, err
		}
		for i := range random {
			if err := random[i].UnmarshalBinary(s.Rand[i]); err != nil {
				return nil, err
			}
		}
	}
	type result struct {
		w      []float32
		value  agents.Value
		random []byte
	}
	results := make([][2]result, c.Tasks)
	last := make([]result, c.Tasks)
	for i := range last {
		last[i] = result{s.Weights[i], s.Values[i], nil}
	}
	work := func(ctx context.Context, i, round int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.inRound != nil {
			if err := c.inRound(i, round); err != nil {
				return err
			}
		}
		rng := rand.New(random[i])
		w := slices.Clone(last[i].w)
		for j := range w {
			w[j] += float32(c.Sigma * rng.NormFloat64())
		}
		rec.Step(climbSteps)
		c.report(rec.EpisodeSink(), i, round)
		v, err := rec.Evaluate(ctx, &linear{w})
		if err != nil {
			return err
		}
		weight := float64(i) / float64(max(1, c.Tasks-1))
		utility := func(v agents.Value) float64 {
			if v.Return == nil {
				return -1e9
			}
			return weight*v.Return[0] + (1-weight)*v.Return[1]
		}
		r := result{w: w, value: v}
		if utility(last[i].value) > utility(v) {
			r.w = last[i].w
		}
		if r.random, err = random[i].MarshalBinary(); err != nil {
			return err
		}
		last[i] = result{w: r.w, value: v}
		if utility(v) < utility(last[i].value) {
			last[i].value = v
		}
		results[i][round%2] = r
		return nil
	}
	commit := func(round int) error {
		steps := (round + 1) * c.Tasks * climbSteps
		e := agents.Evaluation{
			Phase: fmt.Sprintf("stage%d", 1+round/climbRounds), Steps: steps, Updates: (round + 1) * c.Tasks,
			StageEnd: (round+1)%climbRounds == 0,
		}
		for i := range results {
			r := results[i][round%2]
			m := agents.Member{
				ID: fmt.Sprintf("t%d.r%d", i, round), Origin: fmt.Sprintf("climb/t%d", i), Steps: steps, Value: r.value, Policy: &linear{r.w},
			}
			if i > 0 {
				m.Parent, m.Weight = "t0.r0", []float64{0.25, 0.75}
			}
			e.Policies = append(e.Policies, m)
			s.Archive = append(s.Archive, m)
			s.Weights[i], s.Values[i], s.Rand[i] = r.w, r.value, r.random
		}
		s.Archive = nonDominated(s.Archive)
		s.Round = round + 1
		e.Archive = s.Archive
		e.Columns = []float64{float64(len(s.Archive)), 0.5}
		if c.spoil != nil {
			c.spoil(&e)
		}
		saved := s
		saved.Ballast = c.ballast
		saved.Weights, saved.Values, saved.Rand, saved.Archive = slices.Clone(s.Weights), slices.Clone(s.Values), slices.Clone(s.Rand), slices.Clone(s.Archive)
		err := rec.Record(e, func() ([]byte, error) {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).Encode(saved)
			return b.Bytes(), err
		})
		if err == nil && c.afterRecord != nil {
			c.afterRecord(round + 1)
		}
		return err
	}
	if err := p.Pool.Lockstep(ctx, c.Tasks, s.Round, rounds, work, commit); err != nil && s.Round < rounds {
		return nil, err
	}
	if c.afterTrain != nil {
		c.afterTrain()
	}
	set := &agents.PolicySet{Members: s.Archive, Repertoire: &lines{s.Weights}}
	tasks := agents.Table{Name: "tasks"}
	tasks.Add("value", nil)
	tasks.AddText("policy", set.Repertoire.IDs())
	for _, v := range s.Values {
		tasks.Columns[0].Numbers = append(tasks.Columns[0].Numbers, v.Return[0])
	}
	set.Tables = append(set.Tables, tasks)
	return set, nil
}

// lines is what the tasks of a climber ended with.
type lines struct{ Weights [][]float32 }

func (l *lines) Kind() string            { return "lines" }
func (l *lines) Encode() ([]byte, error) { return json.Marshal(l) }
func (l *lines) IDs() (ids []string) {
	for i := range l.Weights {
		ids = append(ids, fmt.Sprintf("last%d", i))
	}
	return ids
}
func (l *lines) Policy(i int) (agents.Policy, error) { return &linear{l.Weights[i]}, nil }

func nonDominated(members []agents.Member) []agents.Member {
	var f pareto.Front
	for _, m := range members {
		f = f.Append(m.Value.Return)
	}
	keep, err := pareto.NonDominated(f)
	if err != nil {
		return members
	}
	var out []agents.Member
	for _, i := range keep {
		out = append(out, members[i])
	}
	return out
}

// report tells of two episodes in a round of a task, the second of which ends with it.
func (c *climber) report(sink func(agents.Episode), task, round int) {
	if sink == nil {
		return
	}
	for k := range 2 {
		steps := c.Tasks * (round*climbSteps + (k+1)*climbSteps/2)
		sink(agents.Episode{Copy: task, Steps: steps, Length: climbSteps / 2, Return: []float64{float64(task), float64(round) / 4}, Terminated: k == 1})
	}
}

// testJob is an item that runs in dir: 6 evaluations of 3 policies.
func testJob(dir string, seed uint64, c *climber) *job {
	i := &Item{
		ID: fmt.Sprintf("%016x", 0xabc0+seed), Experiment: "test", Label: "climber", Dir: filepath.Base(dir),
		Algorithm: testAlgorithm, Preset: "default", Settings: c, Revision: 1, Seed: seed, Steps: testRounds * c.Tasks * climbSteps,
		FinalEpisodes: 40, Reference: envs.Reference{Discount: 0.95, Point: []float64{-20, -20}},
		Config: fmt.Appendf(nil, "version: 1\nname: test\nseeds: [%d]\n", seed),
	}
	i.Environment.ID = testEnvironment
	i.Evaluation.Episodes = 4
	return &job{item: i, dir: dir, output: Output{CheckpointEvery: time.Hour, KeepCheckpoints: 2, Episodes: true}}
}

func newClimber() *climber { return &climber{Tasks: 3, Sigma: 0.5} }

// quietly are options without a display.
func quietly(workers int, d disk) RunOptions { return RunOptions{Workers: workers, disk: d} }

// errKilled is what operations of a dead process would see, if it could.
var errKilled = fmt.Errorf("killed")

// testDisk is the real disk without waiting for it, and with a fault to order.
type testDisk struct {
	osDisk
	mu    sync.Mutex
	ops   int
	log   []string
	limit int // operations; the next one is the faulty one; 0: none
	// fault is what the faulty operation returns; errKilled means that the process dies there: the
	// operation does not happen, a write happens in part, and nothing happens afterwards.
	fault  error
	sticky bool // later operations that need space fail too
	short  bool // the faulty write writes less than asked, without an error of its own
	hit    string
}

// operate counts an operation and says how it fails.
func (d *testDisk) operate(op, path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ops++
	d.log = append(d.log, op+" "+filepath.Base(path))
	switch {
	case d.limit == 0 || d.ops < d.limit:
		return nil
	case d.ops == d.limit:
		d.hit = op + " " + path
		return d.fault
	case d.fault == errKilled, d.sticky && (op == "create" || op == "write" || op == "sync"):
		return d.fault
	}
	return nil
}

type testFile struct {
	file
	d    *testDisk
	path string
}

func (d *testDisk) MkdirAll(dir string) error {
	if err := d.operate("mkdir", dir); err != nil {
		return err
	}
	return d.osDisk.MkdirAll(dir)
}

func (d *testDisk) Create(path string) (file, error) {
	if err := d.operate("create", path); err != nil {
		return nil, err
	}
	f, err := d.osDisk.Create(path)
	return &testFile{f, d, path}, err
}

func (d *testDisk) Append(path string) (file, error) {
	if err := d.operate("append", path); err != nil {
		return nil, err
	}
	f, err := d.osDisk.Append(path)
	return &testFile{f, d, path}, err
}

func (d *testDisk) Truncate(path string, n int64) error {
	if err := d.operate("truncate", path); err != nil {
		return err
	}
	return d.osDisk.Truncate(path, n)
}

func (d *testDisk) Rename(from, to string) error {
	if err := d.operate("rename", to); err != nil {
		return err
	}
	return d.osDisk.Rename(from, to)
}

func (d *testDisk) Remove(path string) error {
	if err := d.operate("remove", path); err != nil {
		return err
	}
	return d.osDisk.Remove(path)
}

func (d *testDisk) SyncDir(dir string) error { return d.operate("syncdir", dir) }

func (f *testFile) Write(b []byte) (int, error) {
	err := f.d.operate("write", f.path)
	if err == nil {
		return f.file.Write(b)
	}
	n := 0
	if f.d.ops == f.d.limit {
		n, _ = f.file.Write(b[:len(b)/2])
	}
	if f.d.short {
		return n, nil
	}
	return n, err
}

func (f *testFile) Sync() error { return f.d.operate("sync", f.path) }
func (f *testFile) Close() error {
	f.file.Close()
	return f.d.operate("close", f.path)
}

// deterministic returns the content of every file that has to be equal between equal items.
func deterministic(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		switch {
		case e.IsDir() && e.Name() == dirCheckpoints:
			return filepath.SkipDir
		case e.IsDir(), slices.Contains([]string{fileRun, fileTiming, fileParts, fileLog}, name):
			return nil
		}
		b, err := os.ReadFile(path)
		out[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sameFiles fails the test unless two directories hold the same deterministic files.
func sameFiles(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if g, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		} else if g != text {
			t.Errorf("%s differs:\n%s\nwant\n%s", name, clip(g, 600), clip(text, 600))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s should not be there", name)
		}
	}
}

// reference runs an item without disturbance and returns its files and the operations it took.
func reference(t *testing.T, seed uint64) (map[string]string, *testDisk) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "reference")
	d := &testDisk{}
	complete(t, testJob(dir, seed, newClimber()), d)
	return deterministic(t, dir), d
}

// complete runs a job that has to succeed.
func complete(t *testing.T, j *job, d disk) *Outcome {
	t.Helper()
	out, err := execute(context.Background(), quietly(2, d), []*job{j})
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}
