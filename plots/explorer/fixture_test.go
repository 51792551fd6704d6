package explorer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/paretolab/paretolab/agents/cmorl" // trains the run of these tests
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/experiments"
)

// trained is a folder with a small run of C-MORL, made once.
var trained = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "explorer")
	if err != nil {
		return "", err
	}
	trainedDir = dir
	c, err := experiments.ParseConfig("test.yaml", []byte(`version: 1
name: small
environment: deep-sea-treasure-v0
algorithm: cmorl
seeds: [0, 1]
budget: {steps: 60000}
output: {root: `+dir+`}
`), "yaml", experiments.Overrides{})
	if err != nil {
		return "", err
	}
	_, err = experiments.Execute(context.Background(), experiments.RunOptions{Quiet: true, Progress: experiments.ProgressOff}, c)
	return dir, err
})

var trainedDir string

func TestMain(m *testing.M) {
	code := m.Run()
	closeBrowser()
	if trainedDir != "" {
		os.RemoveAll(trainedDir)
	}
	os.Exit(code)
}

func trainedRuns(t testing.TB) string {
	t.Helper()
	dir, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// client talks to a server of the tests.
type client struct {
	t      testing.TB
	server *Server
	base   string // http://127.0.0.1:PORT
	cookie string
}

// serve serves folders until the test ends.
func serve(t testing.TB, change func(*Options, *Server), dirs ...string) *client {
	t.Helper()
	o := Options{Dirs: dirs, Token: "secret-of-the-test", State: t.TempDir()}
	if change != nil {
		change(&o, nil)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&o, s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, []net.Listener{l}, "", "") }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.Close()
	})
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return &client{t, s, "http://" + l.Addr().String(), "paretolab_explorer_" + port + "=" + o.Token}
}

// request makes a request with the cookie. header holds further headers, name and value alternating.
func (c *client) request(method, path, body string, header ...string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Cookie", c.cookie)
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Del(header[i])
		if header[i+1] != "" {
			r.Header.Set(header[i], header[i+1])
		}
	}
	return r
}

// do returns status and body of a request.
func (c *client) do(method, path, body string, header ...string) (int, string) {
	c.t.Helper()
	response, err := noRedirects.Do(c.request(method, path, body, header...))
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode, string(b)
}

var noRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: time.Minute}

// json asks a route below /api/v1, with GET or, with a body, POST, and reads the answer into v.
func (c *client) json(path, body string, v any) {
	c.t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	status, text := c.do(method, "/api/v1"+path, body)
	if status != http.StatusOK && status != http.StatusCreated {
		c.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		c.t.Fatalf("%s: %v in %.300s", path, err, text)
	}
}

// runs lists the ids of the runs by their paths.
func (c *client) runs() map[string]string {
	c.t.Helper()
	var list struct{ Runs []row }
	c.json("/runs?limit=2000", "", &list)
	ids := map[string]string{}
	for _, r := range list.Runs {
		ids[r.Path] = r.ID
	}
	return ids
}

// made describes a run directory that a test makes by hand.
type made struct {
	m, n     int         // objectives, points of the front
	points   [][]float64 // in the place of n points on a sphere
	evals    int         // rows of metrics.csv
	complete bool
}

// makeRun writes a run directory in the format of the recorder.
func makeRun(t testing.TB, dir string, x made) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	info := experiments.Info{Format: experiments.Format, Item: "0123456789abcdef", Experiment: "made", Label: "made", Algorithm: "made", Seed: 7, Steps: 1000,
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	info.Environment = experiments.EnvironmentInfo{ID: "made-v0", Gamma: 1, Horizon: 10}
	head, best := "", ""
	for j := range x.m {
		info.Environment.Objectives = append(info.Environment.Objectives, experiments.ObjectiveInfo{Name: fmt.Sprintf("o%d", j), Sense: "max"})
		info.Environment.Reference = append(info.Environment.Reference, -1)
		head += fmt.Sprintf(",best_%d", j)
		best += ",1"
	}
	write("run.json", encodeIndented(t, info))
	var metrics strings.Builder
	metrics.WriteString("eval,phase,steps_train,steps_eval,episodes,updates,hypervolume,hv_ratio,eum,eum_min,mul,igd_plus,eps_add,sparsity,cardinality" + head + ",made.spike\n")
	for i := range x.evals {
		spike := 0
		if i == 4321 {
			spike = 99
		}
		fmt.Fprintf(&metrics, "%d,train,%d,0,%d,%d,%v,,,,,,,0,%d%s,%d\n", i, 10*(i+1), i, i, math.Sqrt(float64(i)), x.n, best, spike)
	}
	write("metrics.csv", []byte(metrics.String()))
	points := x.points
	for i := range x.n {
		p, norm := make([]float64, x.m), 0.0
		for j := range p {
			p[j] = 0.01 + math.Abs(math.Sin(float64(i+1)*(1.1+float64(j))+float64(j*j)))
			norm += p[j] * p[j]
		}
		for j := range p {
			p[j] /= math.Sqrt(norm)
		}
		points = append(points, p)
	}
	var archive strings.Builder
	archive.WriteString("policy")
	for _, prefix := range []string{"v_train_", "v_", "se_"} {
		for j := range x.m {
			fmt.Fprintf(&archive, ",%s%d", prefix, j)
		}
	}
	archive.WriteString(",episodes,nondominated,crowding,origin,steps_train\n")
	ids := []string{}
	for i, p := range points {
		ids = append(ids, fmt.Sprintf("s1.w%d.u10", i))
		archive.WriteString(ids[i])
		for range 2 {
			for _, v := range p {
				fmt.Fprintf(&archive, ",%v", v)
			}
		}
		archive.WriteString(strings.Repeat(",0.001", x.m) + ",5,true,1,stage1/w1,1000\n")
	}
	if !x.complete {
		b, err := encode(map[string]any{"eval": 0, "steps_train": 10, "points": points, "policies": ids})
		if err != nil {
			t.Fatal(err)
		}
		write("fronts.jsonl", append(b, '\n'))
		return
	}
	write("archive.csv", []byte(archive.String()))
	result := encodeIndented(t, experiments.Result{Status: "complete", StepsTrain: 1000, FrontSize: len(points), Reference: info.Environment.Reference, Files: map[string]string{}})
	sum := sha256.Sum256(result)
	write("result.json", bytes.Replace(result, []byte(`"check": ""`), []byte(`"check": "`+hex.EncodeToString(sum[:])+`"`), 1))
}

func encodeIndented(t testing.TB, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
