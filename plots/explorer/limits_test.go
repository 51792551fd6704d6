package explorer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestShapesOfFronts: no points, one, very many, one objective and nine, and values that are not finite.
func TestShapesOfFronts(t *testing.T) {
	dir := t.TempDir()
	for name, x := range map[string]made{
		"none": {m: 2}, "one": {m: 2, n: 1}, "m1": {m: 1, n: 5}, "m9": {m: 9, n: 40}, "many": {m: 9, n: 10_000},
	} {
		x.evals = 2
		makeRun(t, filepath.Join(dir, name), x)
		x.complete = true
		makeRun(t, filepath.Join(dir, name+"-complete"), x)
	}
	makeRun(t, filepath.Join(dir, "nan-complete"), made{m: 2, n: 3, evals: 2, complete: true})
	archive := filepath.Join(dir, "nan-complete", "archive.csv")
	b, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(b), "\n")
	cells := strings.Split(lines[2], ",")
	cells[3] = "+Inf" // v_0
	lines[2] = strings.Join(cells, ",")
	if err := os.WriteFile(archive, []byte(strings.Join(lines, "")), 0o644); err != nil {
		t.Fatal(err)
	}
	c := serve(t, nil, dir)
	ids := c.runs()
	for name, want := range map[string]int{"none": 0, "one": 1, "m1": 5, "m9": 40, "many": 10_000, "none-complete": 0, "one-complete": 1, "m1-complete": 5, "m9-complete": 40, "nan-complete": 2} {
		var f frontAnswer
		c.json("/runs/"+ids[name]+"/front?measures=crowding,ideal_distance,marginal_utility", "", &f)
		if f.Count != want || len(f.Points) != want || (f.Skipped == 1) != (name == "nan-complete") {
			t.Errorf("%s: %d points, %d skipped; want %d", name, f.Count, f.Skipped, want)
		}
		if want > 1000 {
			continue
		}
		for _, route := range []string{"/knees", "/elicitation"} {
			status, text := c.do("POST", "/api/v1"+route, `{"runs":["`+ids[name]+`"]}`)
			if ok := status == 200 || status == 201; ok != (want > 0) {
				t.Errorf("%s of %s: %d %.200s", route, name, status, text)
			}
		}
		weights := strings.TrimSuffix(strings.Repeat("1,", f.M), ",")
		if status, text := c.do("POST", "/api/v1/best", `{"runs":["`+ids[name]+`"],"scaled":true,"weights":[`+weights+`]}`); (status == 200) != (want > 0) {
			t.Errorf("best of %s: %d %.200s", name, status, text)
		}
	}
}

// TestFrontGoal: a front of 10,000 points and 9 objectives is less than 1 MB.
func TestFrontGoal(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 9, n: 10_000, evals: 2, complete: true})
	c := serve(t, nil, dir)
	_, text := c.do("GET", "/api/v1/runs/"+c.runs()["a"]+"/front", "", "Accept", "application/octet-stream")
	if len(text) >= 1_000_000 {
		t.Errorf("the front has %d bytes", len(text))
	}
}

// TestDecimation: of 20,000 rows at most 5,000 come, and the one peak is among them.
func TestDecimation(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 2, evals: 20_000})
	c := serve(t, nil, dir)
	id := c.runs()["a"]
	for _, query := range []string{"", "?columns=made.spike", "?columns=hypervolume,made.spike"} {
		var x struct {
			Rows, Total int
			Decimated   bool
			Note        string
			Columns     map[string][]float64 // of numbers; phase is none
		}
		_, text := c.do("GET", "/api/v1/runs/"+id+"/metrics"+query, "")
		_ = json.Unmarshal([]byte(text), &x) // complains about phase
		if x.Total != 20_000 || x.Rows > maxMetricRows || x.Rows < 100 || !x.Decimated || x.Note == "" {
			t.Errorf("%q: %d of %d rows, %v %q", query, x.Rows, x.Total, x.Decimated, x.Note)
		}
		if !strings.Contains(text, "99") {
			t.Errorf("%q: the peak is lost", query)
		}
		evals := x.Columns["eval"]
		if len(evals) == 0 || evals[0] != 0 || evals[len(evals)-1] != 19_999 {
			t.Errorf("%q: first and last row are not both there", query)
		}
	}
}

// TestMaliciousDirectories: links and devices are not followed, torn and corrupt files are said to be so, and nothing outside is read.
func TestMaliciousDirectories(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need rights there")
	}
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("the secret text"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"config", "log", "metrics", "policies", "torn", "corrupt", "garbage"} {
		makeRun(t, filepath.Join(dir, name), made{m: 2, n: 3, evals: 3, complete: name == "policies"})
	}
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	must(os.Symlink(outside, at("config", "config.yaml")))
	must(os.Symlink(outside, at("log", "log.jsonl")))
	must(os.Remove(at("metrics", "metrics.csv")))
	must(os.Symlink(outside, at("metrics", "metrics.csv")))
	must(os.Mkdir(at("policies", "policies"), 0o755))
	must(os.WriteFile(at("policies", "policies", "index.json"), []byte(`{"policies":[{"id":"s1.w0.u10","file":"../../../secret","sha256":"x","kind":"mlp","nondominated":true}]}`), 0o644))
	must(os.Symlink(filepath.Dir(outside), at("elsewhere")))
	must(os.WriteFile(at("corrupt", "metrics.csv"), []byte("eval,phase\n0\n"), 0o644))
	must(os.WriteFile(at("garbage", "run.json"), []byte("{]"), 0o644))
	f, err := os.OpenFile(at("torn", "fronts.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	must(err)
	_, err = f.WriteString(`{"eval":1,"steps_train":20,"points":[[1,`)
	must(err)
	must(f.Close())

	c := serve(t, nil, dir)
	ids := c.runs()
	if len(ids) != 7 {
		t.Errorf("the runs are %v", ids)
	}
	for _, x := range []struct {
		path   string
		status int
	}{
		{"/runs/" + ids["config"] + "/config", 409}, {"/runs/" + ids["log"] + "/log", 409}, {"/runs/" + ids["metrics"] + "/metrics", 409},
		{"/runs/" + ids["corrupt"] + "/metrics", 409}, {"/runs/" + ids["garbage"], 409}, {"/runs/" + ids["torn"] + "/front", 200}, {"/runs", 200},
	} {
		status, text := c.do("GET", "/api/v1"+x.path, "")
		if status != x.status || strings.Contains(text, "secret text") {
			t.Errorf("%s: %d %.300s, want %d", x.path, status, text, x.status)
		}
	}
	for _, request := range []string{"/runs/" + ids["policies"] + "/policies/s1.w0.u10/rollout {}",
		`/export {"what":"policy","format":"safetensors","runs":["` + ids["policies"] + `"],"policy":"s1.w0.u10"}`,
		`/export {"what":"policies","format":"zip","runs":["` + ids["policies"] + `"]}`} {
		path, body, _ := strings.Cut(request, " ")
		if status, text := c.do("POST", "/api/v1"+path, body); status < 400 || strings.Contains(text, "secret text") {
			t.Errorf("%s: %d %.300s", path, status, text)
		}
	}
	var list struct{ Runs []row }
	c.json("/runs?status=unreadable", "", &list)
	if len(list.Runs) != 3 || list.Runs[0].Error == nil {
		t.Errorf("unreadable runs are %+v", list.Runs)
	}
}

// TestConfigReadsNoFile: a stored configuration that includes a file, or names one as environment, does not make the server read it.
func TestConfigReadsNoFile(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(outside, []byte("secret_key: 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, config := range []string{"include: " + outside + "\n", "version: 1\nname: x\nenvironment: " + outside + "\nalgorithm: cmorl\n"} {
		dir := t.TempDir()
		makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 3, evals: 2, complete: true})
		if err := os.WriteFile(filepath.Join(dir, "a", "config.yaml"), []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		c := serve(t, nil, dir)
		status, text := c.do("POST", "/api/v1/runs/"+c.runs()["a"]+"/policies/s1.w0.u10/rollout", "{}")
		if status < 400 || strings.Contains(text, "secret_key") {
			t.Errorf("%q: %d %s", config, status, text)
		}
	}
}

// TestRunsAreNeverWritten: after all kinds of questions the folder is as it was.
func TestRunsAreNeverWritten(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 5, evals: 3, complete: true})
	list := func() string {
		var b strings.Builder
		_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, _ error) error {
			info, _ := e.Info()
			fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano(), info.Mode())
			return nil
		})
		return b.String()
	}
	before := list()
	c := serve(t, nil, dir)
	id := c.runs()["a"]
	for _, path := range []string{"/meta", "/runs", "/runs/" + id, "/runs/" + id + "/front", "/runs/" + id + "/metrics", "/runs/" + id + "/log", "/runs/" + id + "/lineage", "/runs/" + id + "/archive"} {
		c.do("GET", "/api/v1"+path, "")
	}
	for _, path := range []string{"/knees", "/elicitation", "/compare"} {
		c.do("POST", "/api/v1"+path, `{"runs":["`+id+`"]}`)
	}
	if after := list(); after != before {
		t.Errorf("the folder was\n%sand is\n%s", before, after)
	}
}

// TestRunDeletedWhileOpen: questions about it are answered with 404, and the list goes on without it.
func TestRunDeletedWhileOpen(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 3, evals: 2, complete: true})
	c := serve(t, nil, dir)
	id := c.runs()["a"]
	c.do("GET", "/api/v1/runs/"+id+"/front", "")
	if err := os.RemoveAll(filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", "/front", "/metrics", "/config"} {
		if status, text := c.do("GET", "/api/v1/runs/"+id+path, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
}

// TestRandomRequests: whatever is asked, the server answers with a status and goes on.
func TestRandomRequests(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 20, evals: 3, complete: true})
	c := serve(t, nil, dir)
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{c.runs()["a"], "", "..", "%2e%2e", "%00", "-1", "1e999", "NaN", "final", "last", "0", "99999999999999999999", "null", "true", `"x"`, "[]", "{}", "[[1,2],[2,1]]", `[1,2]`, "[null]", `{"runs":5}`, "é", "%ff"}
	routes := []string{"/runs", "/runs/{}", "/runs/{}/front", "/runs/{}/metrics", "/runs/{}/log", "/runs/{}/config", "/runs/{}/lineage", "/runs/{}/archive", "/runs/{}/policies/{}",
		"/runs/{}/policies/{}/rollout", "/best", "/best/map", "/knees", "/tradeoff", "/indicators", "/compare", "/export", "/elicitation", "/elicitation/{}", "/elicitation/{}/answer", "/elicitation/{}/undo", "/elicitation/{}/aspiration", "/meta"}
	keys := []string{"runs", "at", "weights", "reference", "scaled", "row", "run", "sets", "names", "points", "what", "format", "count", "divisions", "seed", "steps", "mode", "answer", "question"}
	word := func() string { return words[random.IntN(len(words))] }
	for n := range 1000 {
		path := routes[random.IntN(len(routes))]
		for strings.Contains(path, "{}") {
			path = strings.Replace(path, "{}", strings.Map(func(r rune) rune {
				if strings.ContainsRune(`"{}[] `, r) {
					return 'x'
				}
				return r
			}, word()), 1)
		}
		method, body := "GET", ""
		switch random.IntN(4) {
		case 0:
			path += "?at=" + strings.NewReplacer(`"`, "", " ", "", "{", "", "}", "").Replace(word()) + "&limit=3&after=" + strings.Trim(word(), `"{}[]: `)
		case 1, 2:
			method = "POST"
			body = `{"runs":["` + words[0] + `"]`
			for range random.IntN(4) {
				value := word()
				if !json.Valid([]byte(value)) {
					value = `"x"`
				}
				body += `,"` + keys[random.IntN(len(keys))] + `":` + value
			}
			body += "}"
			if random.IntN(5) == 0 {
				body = body[:random.IntN(len(body)+1)]
			}
		case 3:
			if random.IntN(4) == 0 {
				method = "DELETE"
			}
		}
		request, err := http.NewRequest(method, c.base+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			continue // no client sends it
		}
		request.Header.Set("Cookie", c.cookie)
		request.Header.Set("Content-Type", "application/json")
		response, err := noRedirects.Do(request)
		if err != nil {
			t.Fatalf("request %d, %s %s %s: %v", n, method, path, body, err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode == http.StatusInternalServerError {
			t.Errorf("%s %s %s: %d %s", method, path, body, response.StatusCode, text)
		}
	}
}

// TestSlowClients: who does not finish a header is dropped, and streams end at their number.
func TestSlowClients(t *testing.T) {
	c := serve(t, nil, t.TempDir())
	for range maxStreams {
		c.server.streams <- struct{}{}
	}
	if status, text := c.do("GET", "/api/v1/events", ""); status != http.StatusServiceUnavailable || !strings.Contains(text, "20 streams") {
		t.Errorf("stream 21: %d %s", status, text)
	}
	for range maxStreams {
		<-c.server.streams
	}
	// A client that reads nothing: what is sent to it fails in the end, and its place is free again.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /api/v1/events HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", strings.TrimPrefix(c.base, "http://"), c.cookie)
	for len(c.server.streams) == 0 && ctx.Err() == nil {
		runtime.Gosched()
	}
	conn.Close()
	for len(c.server.streams) > 0 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	if ctx.Err() != nil {
		t.Error("the place of a client that left is not free")
	}
}
