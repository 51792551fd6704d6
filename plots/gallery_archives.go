package plots

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	_ "github.com/paretolab/paretolab/envs/arm" // in whose picture the examples end
	"github.com/paretolab/paretolab/experiments"
)

// archiveRun is a search of behaviours of an arm, made up: episodes end around its base, ever further away,
// and three discs pay. Learned searches have an encoder.
func archiveRun(label string, seed uint64, reach float64, learned bool) *experiments.Run {
	rng := rand.New(rand.NewPCG(seed, uint64(1000*reach)))
	discs := [][2]float64{{0.25, 0.25}, {0.85, 0.85}, {0.25, 0.90}}
	const cells, evaluations, chunk = 50, 50000, 1000
	r := &experiments.Run{Dir: fmt.Sprintf("runs/fixture/%s__redundant-arm-v0__s%d", label, seed), Tables: map[string]*agents.Table{},
		Info: info("redundant-arm-v0", label, seed, 1, []float64{-0.1, -0.1, -0.1},
			experiments.ObjectiveInfo{Name: "area_1"}, experiments.ObjectiveInfo{Name: "area_2"}, experiments.ObjectiveInfo{Name: "area_3"})}
	r.Info.Algorithm = "stax"
	visits, best := map[[2]int]float64{}, map[[2]int]float64{}
	areas := make([]float64, 3)
	score := func(x, y float64) (area int, reward float64) {
		for k, d := range discs {
			if away := math.Hypot(x-d[0], y-d[1]); away < 0.05 {
				return k, 1 - away/0.05
			}
		}
		return -1, 0
	}
	var at, novel, reward, x, y []float64
	var id, origin, archive, area []string
	spent := [4]float64{}
	for e := 0; e < evaluations; e += 5 {
		far := reach * (0.15 + 0.85*math.Sqrt(float64(e)/evaluations))
		angle := rng.Float64() * 2 * math.Pi
		px, py := 0.5+far*rng.Float64()*math.Cos(angle), 0.5+far*rng.Float64()*math.Sin(angle)
		exploit := e/chunk%2 == 1 && e > 4*chunk
		k := (e / chunk) % 3
		if exploit {
			px, py = discs[k][0]+0.04*rng.NormFloat64()*(1-0.8*float64(e)/evaluations), discs[k][1]+0.04*rng.NormFloat64()*(1-0.8*float64(e)/evaluations)
			spent[k+1] += 5
		} else {
			spent[0] += 5
		}
		px, py = min(max(px, 0), 0.999), min(max(py, 0), 0.999)
		cell := [2]int{int(px * cells), int(py * cells)}
		if !exploit {
			visits[cell] += 5
		}
		where, pay := score(px, py)
		best[cell] = math.Max(best[cell], pay)
		if where >= 0 {
			areas[where] = math.Max(areas[where], pay)
		}
		if e%80 == 0 || pay > 0 && e%15 == 0 {
			id, at, x, y, reward = append(id, fmt.Sprintf("i%d", e+1)), append(at, float64(e+1)), append(x, px), append(y, py), append(reward, pay)
			novel = append(novel, 0.02+0.08*far*rng.Float64()+0.05*rng.Float64())
			name, from, list := "", "exploration", "novelty"
			if where >= 0 {
				name, list = fmt.Sprintf("area_%d", where+1), "reward"
			}
			if exploit {
				from = "emitter"
			}
			area, origin, archive = append(area, name), append(origin, from), append(archive, list)
		}
		if (e+5)%chunk == 0 {
			total := float64(e + 5)
			columns := map[string]float64{"stax.evaluations": total, "stax.coverage": float64(len(visits)) / (cells * cells), "stax.archive": float64(len(id)),
				"stax.qd_score": 3 * float64(len(best)) / 100, "stax.share_exploration": spent[0] / total}
			for k := range areas {
				columns[fmt.Sprintf("stax.best_area_%d", k+1)] = areas[k]
				columns[fmt.Sprintf("stax.share_area_%d", k+1)] = spent[k+1] / total
			}
			r.Metrics = append(r.Metrics, experiments.Metrics{Eval: len(r.Metrics), Phase: "search", StepsTrain: (e + 5) * 60, Columns: columns})
		}
	}
	r.Result = &experiments.Result{Status: "complete", StepsTrain: 3000000, FrontSize: 3, Weights: "lattice 10 (66)"}
	table := func(name string) *agents.Table {
		r.Tables[name] = &agents.Table{Name: name}
		return r.Tables[name]
	}
	t := table("space")
	t.Add("low", []float64{0, 0})
	t.Add("high", []float64{1, 1})
	t.Add("cells", []float64{cells, cells})
	var c0, c1, n, top []float64
	for i := range cells {
		for j := range cells {
			if cell := [2]int{i, j}; visits[cell] > 0 || best[cell] > 0 {
				c0, c1, n, top = append(c0, float64(i)), append(c1, float64(j)), append(n, visits[cell]), append(top, best[cell])
			}
		}
	}
	t = table("cells")
	t.Add("cell_0", c0)
	t.Add("cell_1", c1)
	t.Add("visits", n)
	t.Add("best", top)
	t = table("behaviours")
	t.AddText("id", id)
	t.AddText("archive", archive)
	t.AddText("origin", origin)
	t.AddText("area", area)
	t.Add("evaluation", at)
	t.Add("x_0", x)
	t.Add("x_1", y)
	t.Add("reward", reward)
	t.Add("novelty", novel)
	if !learned {
		return r
	}
	var truth, latent []float64
	for i := range 64 {
		for j := range i {
			a, b := i*(len(x)-1)/63, j*(len(x)-1)/63
			d := math.Hypot(x[a]-x[b], y[a]-y[b])
			truth, latent = append(truth, d), append(latent, 2+6*d+1.5*rng.Float64())
		}
	}
	t = table("distances")
	t.Add("learned", latent)
	t.Add("truth", truth)
	var training, wrong []float64
	var of, view, drawn []string
	for _, k := range []int{1, 2, 4, 6} {
		for i := range 6 {
			p := i * (len(x) - 1) / 5
			a, b := madeUpView(x[p], y[p], 0), madeUpView(x[p], y[p], 0.5/float64(k))
			training, wrong, of = append(training, float64(k)), append(wrong, 0.04/float64(k)), append(of, id[p])
			view, drawn = append(view, base64.StdEncoding.EncodeToString(a)), append(drawn, base64.StdEncoding.EncodeToString(b))
		}
	}
	t = table("reconstructions")
	t.Add("training", training)
	t.AddText("id", of)
	t.Add("error", wrong)
	t.AddText("view", view)
	t.AddText("drawn", drawn)
	return r
}

// madeUpView is a limb from the middle to a place, the more blurred the larger the blur.
func madeUpView(x, y, blur float64) []byte {
	const side = 32
	pixels := make([]byte, side*side)
	for i := range pixels {
		px, py := (float64(i%side)+0.5)/side-0.5, (float64(i/side)+0.5)/side-0.5
		dx, dy := x-0.5, y-0.5
		t := min(max((px*dx+py*dy)/max(dx*dx+dy*dy, 1e-9), 0), 1)
		away := math.Hypot(px-t*dx, py-t*dy)
		pixels[i] = byte(whiteView * min(max(1.3-(away-0.01)/(0.02+0.2*blur), 0), 1))
	}
	return pixels
}
