package qd

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// tableOf returns a table of a policy set.
func tableOf(t *testing.T, set *agents.PolicySet, name string) *agents.Table {
	t.Helper()
	for i := range set.Tables {
		if set.Tables[i].Name == name {
			if err := set.Tables[i].Check(); err != nil {
				t.Fatal(err)
			}
			return &set.Tables[i]
		}
	}
	t.Fatalf("no table %s", name)
	return nil
}

// found writes all that a run found beside its policies as text.
func found(t *testing.T, set *agents.PolicySet) string {
	t.Helper()
	text := fmt.Sprint(set.Tables)
	if set.Repertoire != nil {
		b, err := set.Repertoire.Encode()
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("%x", b)
	}
	return text
}

// TestArchivedPoliciesCanBeReplayed: a policy of the repertoire, read back from its file, ends in the episode
// of its evaluation exactly where the table says, for archives of every form.
func TestArchivedPoliciesCanBeReplayed(t *testing.T) {
	for _, id := range []string{"stax", "map-elites", "mome"} {
		n, set := train(t, id, "redundant-arm-v0", 1, 2, 500, small)
		b, err := set.Repertoire.Encode()
		if err != nil {
			t.Fatal(err)
		}
		stored, err := agents.DecodeRepertoire(set.Repertoire.Kind(), b, &n.problem.Env.Spec)
		if err != nil {
			t.Fatal(err)
		}
		rows := tableOf(t, set, "behaviours")
		if got := stored.IDs(); !slices.Equal(got, rows.Text("id")) {
			t.Fatalf("%s: policies %v, rows %v", id, got, rows.Text("id"))
		}
		returns, _ := rows.Series("return_")
		places, _ := rows.Series("x_")
		for i := 0; i < rows.Len(); i += 7 {
			policy, err := stored.Policy(i)
			if err != nil {
				t.Fatal(err)
			}
			env := n.problem.Env
			v := envs.NewVector[float32](env, 1, envs.NoReset)
			obs, reward := make([]float32, 20), make([]float64, 3)
			act := envs.Actions[float32]{Box: make([]float32, 20)}
			final, term, trunc := make([]float32, 20), []bool{false}, []bool{false}
			total, steps := make([]float64, 3), 0
			actor := policy.NewActor(1)
			for v.Reset(nil, nil, obs); !term[0] && !trunc[0]; steps++ {
				actor.Act(obs, act)
				v.Step(act, obs, reward, term, trunc, final)
				for j, x := range reward {
					total[j] += x
				}
			}
			for j, x := range total {
				if x != returns[j][i] {
					t.Errorf("%s: policy %d returns %v, the table says %v", id, i, x, returns[j][i])
				}
			}
			if float64(steps) != rows.Numbers("length")[i] {
				t.Errorf("%s: policy %d takes %d steps, the table says %v", id, i, steps, rows.Numbers("length")[i])
			}
		}
		if x := places[0]; slices.Max(x) > 1 || slices.Min(x) < 0 {
			t.Errorf("%s: places from %v to %v", id, slices.Min(x), slices.Max(x))
		}
	}
}

// TestTables: cells add up to what the columns of the run say, behaviours are those of the archives, and
// samples of the encoder are views.
func TestTables(t *testing.T) {
	n, set := train(t, "stax", "point-v0", 1, 2, 1000, func(a agents.Algorithm) {
		s := a.(*STAX)
		s.ViewSize, s.Views, s.Chunk, s.Latent = 12, 2, 100, 4
	})
	cells, space := tableOf(t, set, "cells"), tableOf(t, set, "space")
	if c := space.Numbers("cells"); !slices.Equal(c, []float64{50, 50}) || space.Numbers("low")[0] != -1 || space.Numbers("high")[1] != 1 || !slices.Equal(space.Text("name"), []string{"x", "y"}) {
		t.Errorf("space %v", space)
	}
	visited, archived := 0.0, 0.0
	visits := 0.0
	for i, v := range cells.Numbers("visits") {
		visits += v
		if v > 0 {
			visited++
		}
		archived += cells.Numbers("archived")[i]
	}
	explored := n.column("share_exploration") * n.column("evaluations")
	if math.Abs(visits-explored) > 1e-6 || math.Abs(visited/2500-n.column("coverage")) > 1e-12 {
		t.Errorf("%v visits to %v cells; the run says %v and %v", visits, visited, explored, 2500*n.column("coverage"))
	}
	rows := tableOf(t, set, "behaviours")
	novelty, reward, both := 0.0, 0.0, 0.0
	for _, a := range rows.Text("archive") {
		switch a {
		case "novelty":
			novelty++
		case "reward":
			reward++
		case "both":
			both++
		}
	}
	if novelty+both != n.column("archive") || novelty+reward+both != float64(rows.Len()) || archived != float64(rows.Len()) || reward == 0 {
		t.Errorf("%v novel, %v rewarded, %v both, %d rows, %v in cells; the run says %v", novelty, reward, both, rows.Len(), archived, n.column("archive"))
	}
	// Novelty by its definition, of the first row.
	latent, _ := rows.Series("latent_")
	if len(latent) != 2*4 {
		t.Fatalf("%d numbers of the learned space", len(latent))
	}
	var d []float64
	for i := range rows.Len() {
		sum := 0.0
		for _, x := range latent {
			sum += (x[i] - x[0]) * (x[i] - x[0])
		}
		d = append(d, math.Sqrt(sum))
	}
	slices.Sort(d)
	mean := 0.0
	for _, x := range d[1:16] {
		mean += x / 15
	}
	if got := rows.Numbers("novelty")[0]; math.Abs(got-mean) > 1e-4 {
		t.Errorf("novelty %v, want %v", got, mean)
	}
	for i, want := range []string{"search", "episodes", "encoding", "novelty"} {
		if i >= len(set.Parts) || set.Parts[i].Part != want || !(set.Parts[i].Seconds > 0) {
			t.Errorf("parts %v, want %s", set.Parts, want)
		}
	}
	trainings := tableOf(t, set, "trainings")
	if float64(trainings.Len()) != n.column("trainings") || trainings.Len() < 2 {
		t.Errorf("%d trainings, %v", trainings.Len(), n.column("trainings"))
	}
	drawn := tableOf(t, set, "reconstructions")
	for i, text := range drawn.Text("view") {
		view, err := base64.StdEncoding.DecodeString(text)
		output, err2 := base64.StdEncoding.DecodeString(drawn.Text("drawn")[i])
		if err != nil || err2 != nil || len(view) != 144 || len(output) != 144 {
			t.Fatalf("sample %d: %v %v", i, err, err2)
		}
		wrong := 0.0
		for p, b := range view {
			diff := float64(b)/white - float64(output[p])/white
			wrong += diff * diff / 144
		}
		// Clipping only brings drawings nearer to views; bytes are rounded.
		if wrong > drawn.Numbers("error")[i]+0.01 {
			t.Errorf("sample %d differs by %v, its error is %v", i, wrong, drawn.Numbers("error")[i])
		}
	}
	if last := drawn.Numbers("training")[drawn.Len()-1]; last != float64(trainings.Len()) {
		t.Errorf("the last samples are of training %v of %d", last, trainings.Len())
	}
	if d := tableOf(t, set, "distances"); d.Len() != 64*63/2 {
		t.Errorf("%d pairs", d.Len())
	}
}

// TestNoArchive: random search has none, and still knows where it was.
func TestNoArchive(t *testing.T) {
	_, set := train(t, "random-search", "point-v0", 1, 2, 300, nil)
	if set.Repertoire != nil || len(set.Tables) != 2 || tableOf(t, set, "cells").Len() == 0 {
		t.Errorf("%d tables, repertoire %v", len(set.Tables), set.Repertoire)
	}
}

// TestFoundIsDeterministic: the tables and the repertoire of a resumed run are those of an uninterrupted one,
// with any number of workers.
func TestFoundIsDeterministic(t *testing.T) {
	for _, id := range []string{"stax", "taxons", "serene", "mome"} {
		n, set := train(t, id, "point-v0", 1, 1, 800, small)
		state, err := n.states[1]()
		if err != nil {
			t.Fatal(err)
		}
		a, p := prepare(t, id, "point-v0", 1, 3, 800, small)
		again, err := a.Train(context.Background(), p, &notebook{problem: p, from: state})
		if err != nil {
			t.Fatal(err)
		}
		if found(t, set) != found(t, again) {
			t.Errorf("%s: a resumed run finds something else", id)
		}
	}
}

func TestBadRepertoires(t *testing.T) {
	n, set := train(t, "novelty-search", "point-v0", 1, 2, 300, nil)
	good, err := set.Repertoire.Encode()
	if err != nil {
		t.Fatal(err)
	}
	other := environment(t, "redundant-arm-v0")
	for name, c := range map[string]struct {
		file []byte
		spec *envs.Spec
	}{
		"empty":             {nil, &n.problem.Env.Spec},
		"cut":               {good[:len(good)-8], &n.problem.Env.Spec},
		"other environment": {good, &other.Spec},
		"other format":      {slices.Concat(good[:8], []byte(`{"x":{"dtype":"F64","shape":[0],"data_offsets":[0,0]}}`)), &n.problem.Env.Spec},
	} {
		if _, err := agents.DecodeRepertoire("controllers", c.file, c.spec); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
