package agentstest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/paretolab/paretolab/agents"
)

// Fresh returns a task for so many workers, and an algorithm as a new process would make it.
type Fresh func(workers int) (*agents.Problem, agents.Algorithm)

// Laws checks what every algorithm promises: equal policy sets for any number of workers, the same set
// and records after it was killed anywhere and resumed, states that stay what they were when they were
// handed over, errors for damaged states, training episodes reported in time, a budget that is never exceeded, and settings that are
// documented. Training should take well below a second.
func Laws(t *testing.T, fresh Fresh) {
	t.Run("workers", func(t *testing.T) { anyNumberOfWorkers(t, fresh) })
	t.Run("resume", func(t *testing.T) { resumes(t, fresh) })
	t.Run("states", func(t *testing.T) { statesStay(t, fresh) })
	t.Run("damage", func(t *testing.T) { damagedStates(t, fresh) })
	t.Run("episodes", func(t *testing.T) { episodesAreReported(t, fresh) })
	t.Run("budget", func(t *testing.T) { budgetIsKept(t, fresh) })
	t.Run("settings", func(t *testing.T) { Documented(t, fresh) })
}

// train runs an algorithm to its end.
func train(t *testing.T, fresh Fresh, workers int) (string, *Memory) {
	t.Helper()
	p, a := fresh(workers)
	rec := &Memory{Problem: p}
	set, err := a.Train(context.Background(), p, rec)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Members) == 0 {
		t.Fatal("no policies")
	}
	return fingerprint(t, set), rec
}

func fingerprint(t *testing.T, set *agents.PolicySet) string {
	t.Helper()
	text, err := Fingerprint(set)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func anyNumberOfWorkers(t *testing.T, fresh Fresh) {
	want, _ := train(t, fresh, 1)
	for _, workers := range []int{2, 7} {
		if got, _ := train(t, fresh, workers); got != want {
			t.Errorf("%d workers give\n%s\none worker gives\n%s", workers, got, want)
		}
	}
}

// resumes kills training after every few records or, by cancelling, within an update, and goes on in a
// new process's place from the last state.
func resumes(t *testing.T, fresh Fresh) {
	want, whole := train(t, fresh, 2)
	killed := errors.New("killed")
	few := max(1, len(whole.Records)/5)
	for _, kill := range []struct{ records, steps int }{{records: 1}, {records: few}, {steps: int(whole.Steps.Load()) / 3}} {
		if testing.Short() && kill.records == 1 {
			continue
		}
		var saved []byte
		var records []agents.Evaluation
		for attempt := 0; ; attempt++ {
			if attempt > 2*len(whole.Records) {
				t.Fatalf("killed after %+v, it does not end", kill)
			}
			p, a := fresh(2)
			ctx, cancel := context.WithCancel(context.Background())
			rec := &Memory{Problem: p, Resume: saved}
			rec.OnRecord = func(n int) error {
				if n == kill.records {
					return killed
				}
				return nil
			}
			rec.OnStep = func(total int) {
				if kill.steps > 0 && total >= kill.steps && attempt < 5 {
					cancel()
				}
			}
			set, err := a.Train(ctx, p, rec)
			cancel()
			records = append(records, rec.Records...)
			if err == nil {
				if got := fingerprint(t, set); got != want {
					t.Errorf("killed after %+v:\n%s\nuninterrupted:\n%s", kill, got, want)
				}
				break
			}
			if !errors.Is(err, killed) && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if rec.Last != nil {
				if saved, err = rec.Last(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(records) != len(whole.Records) {
			t.Fatalf("killed after %+v: %d records, uninterrupted %d", kill, len(records), len(whole.Records))
		}
		for i, r := range records {
			w := whole.Records[i]
			if r.Phase != w.Phase || r.Steps != w.Steps || r.Updates != w.Updates || r.StageEnd != w.StageEnd || !slices.Equal(r.Columns, w.Columns) {
				t.Errorf("killed after %+v, record %d: %s %d %d %v, uninterrupted %s %d %d %v", kill, i,
					r.Phase, r.Steps, r.Updates, r.Columns, w.Phase, w.Steps, w.Updates, w.Columns)
			}
		}
	}
}

// statesStay: what was handed over stays what it was while training goes on, to the last byte.
func statesStay(t *testing.T, fresh Fresh) {
	p, a := fresh(2)
	rec := &Memory{Problem: p}
	var states []func() ([]byte, error)
	var early [][]byte
	rec.OnRecord = func(int) error {
		b, err := rec.Last()
		states, early = append(states, rec.Last), append(early, b)
		return err
	}
	if _, err := a.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	for i, state := range states {
		late, err := state()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(early[i], late) {
			t.Errorf("state %d became another one", i)
		}
	}
}

func damagedStates(t *testing.T, fresh Fresh) {
	_, rec := train(t, fresh, 1)
	whole, err := rec.Last()
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range [][]byte{{}, []byte("no checkpoint"), whole[:len(whole)/2]} {
		p, a := fresh(1)
		if _, err := a.Train(context.Background(), p, &Memory{Problem: p, Resume: damaged}); err == nil {
			t.Errorf("a state of %d bytes instead of %d was accepted", len(damaged), len(whole))
		}
	}
}

// episodesAreReported: the same training episodes for any number of workers, each before the evaluation
// that its steps are part of; together they are not longer than training.
func episodesAreReported(t *testing.T, fresh Fresh) {
	var want []agents.Episode
	for _, workers := range []int{1, 2, 7} {
		p, a := fresh(workers)
		var mu sync.Mutex
		var got []agents.Episode
		committed := 0
		rec := &Memory{Problem: p}
		rec.OnEpisode = func(e agents.Episode) {
			mu.Lock()
			defer mu.Unlock()
			if e.Steps <= committed {
				t.Errorf("an episode that ended at step %d was reported after step %d had been recorded", e.Steps, committed)
			}
			got = append(got, e)
		}
		rec.OnRecord = func(n int) error {
			mu.Lock()
			defer mu.Unlock()
			committed = rec.Records[n-1].Steps
			return nil
		}
		if _, err := a.Train(context.Background(), p, rec); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(got, func(a, b agents.Episode) int { return cmp.Or(a.Steps-b.Steps, a.Copy-b.Copy) })
		steps := 0
		for _, e := range got {
			steps += e.Length
			if e.Length < 1 || len(e.Return) != p.Env.Spec.M() || e.Copy < 0 || e.Steps > committed {
				t.Fatalf("an episode is %+v, of %d steps recorded", e, committed)
			}
		}
		if len(got) == 0 || steps > committed {
			t.Fatalf("%d episodes of %d steps, of %d recorded", len(got), steps, committed)
		}
		if want == nil {
			want = got
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers report other episodes than one", workers)
		}
	}
}

func budgetIsKept(t *testing.T, fresh Fresh) {
	_, rec := train(t, fresh, 2)
	last := rec.Records[len(rec.Records)-1].Steps
	if taken := int(rec.Steps.Load()); taken != last || last > rec.Problem.Steps || last < rec.Problem.Steps/2 {
		t.Errorf("budget %d: %d steps taken, %d recorded", rec.Problem.Steps, taken, last)
	}
}

// Documented checks that every setting has the tags from which help and reference pages are made.
func Documented(t *testing.T, fresh Fresh) {
	_, a := fresh(1)
	for _, f := range reflect.VisibleFields(reflect.TypeOf(a).Elem()) {
		if f.Anonymous {
			continue
		}
		for _, tag := range []string{"key", "doc", "source"} {
			if f.Tag.Get(tag) == "" {
				t.Errorf("%s has no tag %s", f.Name, tag)
			}
		}
		if f.Type.Kind() != reflect.Bool && f.Tag.Get("range") == "" {
			t.Errorf("%s has no tag range", f.Name)
		}
	}
}
