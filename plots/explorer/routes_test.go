package explorer

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

// smallRun is the path of the trained run.
const smallRun = "small/cmorl__deep-sea-treasure-v0__s0"

// frontAnswer is what a test reads of a front.
type frontAnswer struct {
	At           string
	Eval         *int
	Count, M     int
	Skipped      int
	Points       [][]float64
	Policies     []string
	Nondominated []bool
	Ideal, Nadir []float64
	Measures     map[string][]any
}

// TestRoutes compares the answers of all routes with what the files and the packages below say.
func TestRoutes(t *testing.T) {
	dir := trainedRuns(t)
	c := serve(t, nil, dir)
	id := c.runs()[smallRun]
	run, err := experiments.LoadRun(filepath.Join(dir, filepath.FromSlash(smallRun)))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		row
		Evaluations   int
		Final         *experiments.Indicators
		EvalsOfFronts []int `json:"evals_with_front"`
		Lineage       bool
		KnownFront    *knownFront `json:"known_front"`
	}
	c.json("/runs/"+id, "", &d)
	if d.Status != statusComplete || d.Evaluations != len(run.Metrics) || d.Final.Hypervolume != run.Result.Final.Hypervolume || len(d.EvalsOfFronts) != len(run.Fronts) ||
		!d.Lineage || len(d.KnownFront.Points) != len(run.KnownFront) || *d.FrontSize != run.Result.FrontSize {
		t.Errorf("the run is described as %+v", d)
	}
	if want := runID(smallRun); id != want || len(id) != 12 {
		t.Errorf("the id is %s, want %s", id, want)
	}

	var config struct{ YAML string }
	c.json("/runs/"+id+"/config", "", &config)
	if config.YAML != run.Config {
		t.Error("the configuration is another one")
	}
	var log struct {
		Records []record
		Next    int
	}
	c.json("/runs/"+id+"/log?limit=1", "", &log)
	if len(log.Records) != 1 || log.Records[0].Message != "start" {
		t.Errorf("the log begins with %+v", log.Records)
	}

	var metrics struct {
		Total   int
		Columns map[string][]any
	}
	c.json("/runs/"+id+"/metrics?columns=hypervolume&after=0", "", &metrics)
	if metrics.Total != len(run.Metrics) || len(metrics.Columns["hypervolume"]) != len(run.Metrics)-1 || metrics.Columns["hypervolume"][0] != run.Metrics[1].Hypervolume {
		t.Errorf("metrics: %d rows, %v", metrics.Total, metrics.Columns)
	}

	var f frontAnswer
	c.json("/runs/"+id+"/front?measures=crowding,ideal_distance,marginal_utility", "", &f)
	if f.At != "final" || f.Count != len(run.Archive) || len(f.Measures) != 3 {
		t.Fatalf("the front is %+v", f)
	}
	for i, a := range run.Archive {
		if !slices.Equal(f.Points[i], a.Value) || f.Policies[i] != a.Policy || f.Nondominated[i] != a.NonDominated {
			t.Errorf("row %d is %v, %s; want %+v", i, f.Points[i], f.Policies[i], a)
		}
	}
	var early frontAnswer
	c.json("/runs/"+id+"/front?at=2", "", &early)
	if *early.Eval != 2 || !slices.EqualFunc(early.Points, run.Fronts[2].Points, slices.Equal[[]float64]) {
		t.Errorf("the front at evaluation 2 is %+v", early)
	}

	// What is best is what an argmax over the rows says, for weights as they are and for scaled ones.
	values, _ := pareto.NewFront(f.Points)
	for _, w := range [][]float64{{1, 0}, {0, 1}, {0.3, 0.7}, {2, 5}} {
		var best struct {
			Best struct {
				Policy  string
				Utility float64
			}
			Stable []weightRange
		}
		b, _ := json.Marshal(map[string]any{"runs": []string{id}, "weights": w})
		c.json("/best", string(b), &best)
		sum, highest := w[0]+w[1], math.Inf(-1)
		for i := range f.Points {
			highest = max(highest, (w[0]*f.Points[i][0]+w[1]*f.Points[i][1])/sum)
		}
		if math.Abs(best.Best.Utility-highest) > 1e-12 {
			t.Errorf("weights %v: utility %v, want %v", w, best.Best.Utility, highest)
		}
		for j, r := range best.Stable {
			if r.Low > w[j]/sum+1e-12 || r.High < w[j]/sum-1e-12 {
				t.Errorf("weights %v: weight %d is outside its own range %+v", w, j, r)
			}
		}
	}
	var reached struct {
		Best struct {
			Row   int
			Score float64
		}
		ReachesAll int `json:"reaches_all"`
	}
	c.json("/best", `{"runs":["`+id+`"],"reference":[100,0],"dominated":true}`, &reached)
	scores, _ := pareto.Achievements(values, []float64{100, 0})
	if reached.Best.Row != descending(scores)[0] || reached.ReachesAll != 0 {
		t.Errorf("the reference point is answered by %+v, scores %v", reached, scores)
	}

	var k struct {
		Extremes []ref
		Methods  []struct {
			Name string
			Top  []struct{ Score float64 }
		}
	}
	c.json("/knees", `{"runs":["`+id+`"],"dominated":true}`, &k)
	knees, _ := pareto.HyperplaneKnees(values)
	if got := k.Methods[0].Top[0].Score; got != knees.Score[knees.Top(1)[0]] || len(k.Methods) != 3 {
		t.Errorf("the hyperplane knee has %v", got)
	}
	extremes, _ := pareto.ExtremeRows(values)
	if k.Extremes[0].Row != extremes[0] || k.Extremes[1].Row != extremes[1] {
		t.Errorf("extremes %+v, want %v", k.Extremes, extremes)
	}

	var measured struct{ Sets []struct{ Values []float64 } }
	c.json("/indicators", `{"sets":[{"runs":["`+id+`"]}],"names":["hypervolume","cardinality"]}`, &measured)
	if got := measured.Sets[0].Values; math.Abs(got[0]-run.Result.Final.Hypervolume) > 1e-9 || int(got[1]) != run.Result.FrontSize {
		t.Errorf("indicators %v, the result says %+v", got, run.Result.Final)
	}
	// Expected utility over weights of both kinds, by the package below.
	for _, w := range []experiments.Weights{{}, {Kind: "lattice", N: 7}, {Kind: "energy"}, {Kind: "energy", N: 12}} {
		rows, err := w.Rows(values.M)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := pareto.ExpectedUtility(values, rows)
		var got struct {
			Sets    []struct{ Values []float64 }
			Weights string
		}
		c.json("/indicators", fmt.Sprintf(`{"sets":[{"runs":["%s"]}],"names":["eum"],"weights":{"kind":"%s","n":%d}}`, id, w.Kind, w.N), &got)
		if math.Abs(got.Sets[0].Values[0]-want) > 1e-9 || got.Weights != w.Name(values.M) {
			t.Errorf("expected utility over %+v: %+v, want %v over %s", w, got, want, w.Name(values.M))
		}
	}

	other := c.runs()["small/cmorl__deep-sea-treasure-v0__s1"]
	var compared struct {
		Few    string
		Fronts []frontsCompared
	}
	c.json("/compare", `{"runs":["`+id+`","`+other+`"]}`, &compared)
	second, _ := experiments.LoadRun(filepath.Join(dir, "small", "cmorl__deep-sea-treasure-v0__s1"))
	a, b := rowsOf(run), rowsOf(second)
	dominance, _ := pareto.DominanceMatrix([]pareto.Front{a, b})
	if x := compared.Fronts[0]; x.Dominance[0][1] != dominance[1][0] || x.Dominance[1][0] != dominance[0][1] || !strings.Contains(compared.Few, "too few") {
		t.Errorf("compared as %+v, want dominance %v", compared, dominance)
	}

	var tradeoffs struct {
		Neighbours []struct{ Delta []float64 }
		Improve    []improvement
	}
	c.json("/tradeoff", `{"runs":["`+id+`"],"run":"`+id+`","row":0}`, &tradeoffs)
	if len(tradeoffs.Improve) != 2 {
		t.Errorf("trade-offs are %+v", tradeoffs)
	}
	for _, x := range tradeoffs.Improve { // on a front of two objectives one is had for the other
		if x.Possible && len(x.MustWorsen) != 1 {
			t.Errorf("improving %s costs %v", x.Objective, x.MustWorsen)
		}
	}

	var lineage struct {
		Rounds   []round
		Policies []descendant
	}
	c.json("/runs/"+id+"/lineage", "", &lineage)
	if lineage.Rounds[0].Phase != "stage1" || len(lineage.Policies) != countPolicies(run) {
		t.Errorf("lineage: %+v, %d policies", lineage.Rounds, len(lineage.Policies))
	}
	limits, err := run.Table("thresholds")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, r := range lineage.Rounds {
		for _, p := range r.Paths {
			at := slices.Index(limits.Text("path"), p.Path)
			for j, name := range []string{"treasure", "time"} {
				if d := limits.Numbers("threshold_" + name)[at]; math.IsNaN(d) != (p.Thresholds[j] == nil) || !math.IsNaN(d) && d != *p.Thresholds[j] {
					t.Errorf("%s keeps %s above %v, the run says %v", p.Path, name, p.Thresholds[j], d)
				}
			}
			told++
		}
	}
	if told != limits.Len() || told == 0 {
		t.Errorf("thresholds of %d paths, the run has %d", told, limits.Len())
	}
	for _, p := range lineage.Policies {
		if p.Objective != nil && p.Parent == "" {
			t.Errorf("%s extends an objective but has no parent", p.Policy)
		}
	}

	var p struct {
		Replayable bool
		File       policyFile
		Value      []float64
	}
	c.json("/runs/"+id+"/policies/"+f.Policies[0], "", &p)
	if !p.Replayable || p.File.SHA256 == "" || !slices.Equal(p.Value, f.Points[0]) {
		t.Errorf("the policy is %+v", p)
	}

	// What is exported is what the run holds.
	_, csv := c.do("POST", "/api/v1/export", `{"what":"front","format":"csv","runs":["`+id+`"]}`)
	if file, _ := os.ReadFile(filepath.Join(run.Dir, "front.csv")); csv != string(file) {
		t.Errorf("exported %q, front.csv is %q", csv, file)
	}
	_, tensors := c.do("POST", "/api/v1/export", `{"what":"policy","format":"safetensors","runs":["`+id+`"],"policy":"`+f.Policies[0]+`"}`)
	if file, _ := os.ReadFile(filepath.Join(run.Dir, "policies", f.Policies[0]+".safetensors")); tensors != string(file) {
		t.Error("the exported policy differs from its file")
	}
	_, svg := c.do("POST", "/api/v1/export", `{"what":"figure","kind":"front2d","format":"svg","runs":["`+id+`"]}`)
	if !strings.Contains(svg, "<svg") {
		t.Errorf("the figure is %.100s", svg)
	}
}

func rowsOf(r *experiments.Run) pareto.Front {
	var f pareto.Front
	for _, a := range r.Front() {
		f = f.Append(a.Value)
	}
	return f
}

func countPolicies(r *experiments.Run) int {
	seen := map[string]bool{}
	for _, e := range r.Evaluations {
		seen[e.Policy] = true
	}
	return len(seen)
}

// TestRollout: the return of an episode that is streamed is the value of the run, and the same twice.
func TestRollout(t *testing.T) {
	c := serve(t, nil, trainedRuns(t))
	id := c.runs()[smallRun]
	var f frontAnswer
	c.json("/runs/"+id+"/front", "", &f)
	for i, policy := range f.Policies[:min(3, len(f.Policies))] {
		path := "/api/v1/runs/" + id + "/policies/" + policy + "/rollout"
		_, text := c.do("POST", path, `{"seed":3}`)
		if _, again := c.do("POST", path, `{"seed":3}`); again != text {
			t.Error("the same seed gave another episode")
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		var start struct {
			Type   string
			Static struct{ View []float64 }
			Scene  struct{ Items [][]float64 }
		}
		var end struct {
			Type       string
			Steps      int
			Terminated bool
			Discounted []float64
		}
		if err := json.Unmarshal([]byte(lines[0]), &start); err != nil || start.Type != "start" || len(start.Static.View) != 4 || len(start.Scene.Items) == 0 {
			t.Errorf("the first line is %.200s", lines[0])
		}
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil || end.Type != "end" || end.Steps != len(lines)-2 {
			t.Fatalf("the last line is %s after %d", lines[len(lines)-1], len(lines))
		}
		for j, v := range end.Discounted {
			if math.Abs(v-f.Points[i][j]) > 1e-9 {
				t.Errorf("%s: the episode is worth %v, the run says %v", policy, end.Discounted, f.Points[i])
			}
		}
	}
	_, text := c.do("POST", "/api/v1/runs/"+id+"/policies/"+f.Policies[len(f.Policies)-1]+"/rollout", `{"steps":1}`)
	if !strings.Contains(text, `"limit":"steps"`) && !strings.Contains(text, `"terminated":true`) {
		t.Errorf("one step: %s", text)
	}
}

// TestTwoRolloutsAtOnce: a third is refused, and one that the client leaves makes room.
func TestTwoRolloutsAtOnce(t *testing.T) {
	c := serve(t, nil, trainedRuns(t))
	id := c.runs()[smallRun]
	for range maxRollouts {
		c.server.rollouts <- struct{}{}
	}
	if status, text := c.do("POST", "/api/v1/runs/"+id+"/policies/x/rollout", `{}`); status != http.StatusTooManyRequests || !strings.Contains(text, "busy") {
		t.Errorf("a third rollout: %d %s", status, text)
	}
	<-c.server.rollouts
	if status, _ := c.do("POST", "/api/v1/runs/"+id+"/policies/no-such/rollout", `{}`); status != http.StatusNotFound {
		t.Errorf("a policy that does not exist: %d", status)
	}
	if n := len(c.server.rollouts); n != maxRollouts-1 {
		t.Errorf("%d rollouts hold their place", n)
	}
}

// TestBinaryFront: the binary form holds the numbers of the text form as float32.
func TestBinaryFront(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 3, n: 17, evals: 2, complete: true})
	c := serve(t, nil, dir)
	id := c.runs()["a"]
	var f frontAnswer
	c.json("/runs/"+id+"/front", "", &f)
	_, text := c.do("GET", "/api/v1/runs/"+id+"/front?measures=ideal_distance", "", "Accept", "application/octet-stream")
	b := []byte(text)
	n := int(binary.LittleEndian.Uint32(b[4:]))
	var head struct {
		Count    int
		Policies []string
		Arrays   []struct {
			Name  string
			Shape []int
		}
	}
	if err := json.Unmarshal(b[8:8+n], &head); err != nil || string(b[:4]) != "PLF1" || head.Count != 17 || !slices.Equal(head.Policies, f.Policies) {
		t.Fatalf("the header is %.300s: %v", b, err)
	}
	at := (8 + n + 3) / 4 * 4
	var names []string
	for _, a := range head.Arrays {
		size := 1
		for _, s := range a.Shape {
			size *= s
		}
		if a.Name == "points" {
			for k := range size {
				got := math.Float32frombits(binary.LittleEndian.Uint32(b[at+4*k:]))
				if want := float32(f.Points[k/3][k%3]); got != want {
					t.Fatalf("number %d is %v, want %v", k, got, want)
				}
			}
		}
		names = append(names, a.Name)
		at += 4 * size
	}
	if at != len(b) || !slices.Equal(names, []string{"points", "stderr", "nondominated", "origin", "ideal_distance"}) {
		t.Errorf("arrays %v end at %d of %d", names, at, len(b))
	}
}

// TestUnchangedIsNotSentAgain: an answer has a tag, and who has it gets a 304 until the files change.
func TestUnchangedIsNotSentAgain(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 3, evals: 2, complete: true})
	c := serve(t, nil, dir)
	id := c.runs()["a"]
	for _, path := range []string{"/runs", "/runs/" + id, "/runs/" + id + "/front", "/runs/" + id + "/metrics", "/runs/" + id + "/lineage"} {
		response, err := http.DefaultClient.Do(c.request("GET", "/api/v1"+path, ""))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		tag := response.Header.Get("ETag")
		if status, _ := c.do("GET", "/api/v1"+path, "", "If-None-Match", tag); status != http.StatusNotModified || tag == "" {
			t.Errorf("%s with the tag %s: %d", path, tag, status)
		}
		makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 4 + len(path), evals: 3, complete: true})
		if status, _ := c.do("GET", "/api/v1"+path, "", "If-None-Match", tag); status != http.StatusOK {
			t.Errorf("%s after a change: %d", path, status)
		}
	}
}

// TestBadInput: every mistake is named with its place and what to do.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 3, evals: 2, complete: true})
	makeRun(t, filepath.Join(dir, "b"), made{m: 3, n: 3, evals: 2})
	c := serve(t, nil, dir)
	ids := c.runs()
	a, b := ids["a"], ids["b"]
	for _, x := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"/runs?limit=x", "", 400, `limit is \"x\"`},
		{"/runs?sort=colour", "", 400, "sort is"},
		{"/runs/000000000000", "", 404, "no run"},
		{"/runs/" + a + "/metrics?columns=hypervolme", "", 400, "did you mean"},
		{"/runs/" + a + "/front?at=7", "", 404, "not recorded"},
		{"/runs/" + a + "/front?at=soon", "", 400, "at is"},
		{"/runs/" + b + "/front?at=final", "", 404, "no final front"},
		{"/runs/" + a + "/front?measures=beauty", "", 400, "no measure"},
		{"/runs/" + a + "/policies/none", "", 404, "no policy"},
		{"/runs/" + b + "/archive", "", 404, "not complete"},
		{"/best", `{"runs":["` + a + `"]}`, 400, "weights or a reference"},
		{"/best", `{"runs":["` + a + `"],"weights":[1]}`, 400, "1 numbers for 2 objectives"},
		{"/best", `{"runs":["` + a + `"],"weights":[-1,2]}`, 400, "the weight of o0 is -1"},
		{"/best", `{"runs":["` + a + `"],"weights":[0,0]}`, 400, "add up to 0"},
		{"/best", `{"runs":["` + a + `","` + b + `"],"weights":[1,2]}`, 400, "has the objectives o0, o1"},
		{"/best", `{"runs":["` + a + `","` + a + `"],"weights":[1,2]}`, 400, "twice"},
		{"/best", `{"runs":[],"weights":[1,2]}`, 400, "0 entries"},
		{"/best", `{"runs":"` + a + `"}`, 400, "a list"},
		{"/best", `{"run":"` + a + `"}`, 400, "unknown field"},
		{"/best", `{} {}`, 400, "goes on"},
		{"/best", `[`, 400, "the body"},
		{"/tradeoff", `{"runs":["` + a + `"],"run":"` + a + `","row":99}`, 400, "row 99"},
		{"/knees", `{"runs":["` + a + `"],"count":1000}`, 400, "count is 1000"},
		{"/indicators", `{"sets":[{"runs":["` + a + `"]}],"names":["igd"]}`, 400, "second front"},
		{"/indicators", `{"sets":[{"runs":["` + a + `"]}],"names":["hypervolum"]}`, 400, "no indicator"},
		{"/indicators", `{"sets":[{"points":[[1,2],[3]]}],"reference":[0,0]}`, 400, "row 1"},
		{"/indicators", `{"sets":[{"points":[[1,2]]}],"reference":[0,0],"weights":{"kind":"halton"}}`, 400, "halton"},
		{"/indicators", `{"sets":[{"points":[[1,2]]}],"reference":[0,0],"weights":{"n":-1}}`, 400, "weights.n is -1"},
		{"/indicators", `{"sets":[{"points":[[1,2]]}],"reference":[0,0],"weights":{"n":1000000}}`, 400, "weights.n is 1000000"},
		{"/indicators", `{"sets":[{"points":[[1,2]]}],"reference":[0,0],"weights":{"kind":"energy","n":301}}`, 400, "weights.n is 301"},
		{"/compare", `{"runs":["` + a + `"],"metric":"beauty"}`, 400, "no metric"},
		{"/export", `{"what":"everything"}`, 400, "what is"},
		{"/export", `{"what":"front","format":"xls","runs":["` + a + `"]}`, 400, "format is"},
		{"/export", `{"what":"figure","format":"svg","kind":"pie","runs":["` + a + `"]}`, 400, "no figure"},
		{"/elicitation/0123456789ab", "", 404, "no session"},
		{"/events?runs=nobody", "", 404, "no run"},
	} {
		method := http.MethodGet
		if x.body != "" {
			method = http.MethodPost
		}
		status, text := c.do(method, "/api/v1"+x.path, x.body)
		var f struct {
			Error struct{ Code, Message, Hint string }
		}
		if err := json.Unmarshal([]byte(text), &f); err != nil || status != x.status || !strings.Contains(text, x.want) || f.Error.Hint == "" {
			t.Errorf("%s %s: %d %s; want %d with %q and a hint", x.path, x.body, status, text, x.status, x.want)
		}
	}
}

// TestHelpNamesEveryRoute: the description that the server gives of itself names all its routes.
func TestHelpNamesEveryRoute(t *testing.T) {
	c := serve(t, nil, t.TempDir())
	status, text := c.do("GET", "/api/v1/help", "")
	if status != http.StatusOK || text != Interface {
		t.Fatalf("%d %.100s", status, text)
	}
	for _, route := range []string{"/meta", "/runs?", "/runs/{id}", "/config", "/log?", "/metrics?", "/front?", "/policies/{pid}", "/rollout", "/best", "/best/map", "/knees", "/tradeoff",
		"/indicators", "/elicitation", "/answer", "/aspiration", "/undo", "/export", "/lineage", "/archive", "/events?", "/compare", "/help"} {
		if !strings.Contains(text, route) {
			t.Errorf("%s is not described", route)
		}
	}
}

// TestMarkupIsText: names with markup come back as they are, in JSON that no browser takes for a page.
func TestMarkupIsText(t *testing.T) {
	dir := t.TempDir()
	name := `<img src=x onerror=alert(1)>`
	makeRun(t, filepath.Join(dir, name), made{m: 2, n: 3, evals: 2, complete: true})
	c := serve(t, nil, dir)
	response, err := http.DefaultClient.Do(c.request("GET", "/api/v1/runs", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	line, _ := bufio.NewReader(response.Body).ReadString('\n')
	if response.Header.Get("Content-Type") != "application/json" || !strings.Contains(line, name) {
		t.Errorf("%s: %s", response.Header.Get("Content-Type"), line)
	}
	var command struct{ Command string }
	c.json("/export", `{"what":"front","format":"csv","runs":["`+c.runs()[name]+`"],"command_only":true}`, &command)
	if !strings.Contains(command.Command, `'`) {
		t.Errorf("the command is not quoted: %s", command.Command)
	}
}
