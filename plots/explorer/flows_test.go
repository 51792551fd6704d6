package explorer

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paretolab/paretolab/agents/preference/elicit"
)

// TestElicitation: a user with known weights answers; the session survives a restart of the server, an undo gives the question back, and
// the log replays to the same recommendation.
func TestElicitation(t *testing.T) {
	dir, saved := t.TempDir(), t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 40, evals: 2, complete: true})
	option := func(o *Options, _ *Server) { o.State = saved }
	c := serve(t, option, dir)
	id := c.runs()["a"]
	var s state
	c.json("/elicitation", `{"runs":["`+id+`"],"seed":1}`, &s)
	utility := func(i int) float64 {
		u := 0.0
		for j, w := range []float64{0.3, 0.7} {
			u += w * (s.Items[i].Value[j] - s.Nadir[j]) / (s.Ideal[j] - s.Nadir[j])
		}
		return u
	}
	answer := func() {
		a := "right"
		if utility(s.Question.Left) > utility(s.Question.Right) {
			a = "left"
		}
		c.json("/elicitation/"+s.ID+"/answer", fmt.Sprintf(`{"answer":"%s","question":%d}`, a, s.Number), &s)
	}
	for range 6 {
		answer()
	}
	best := 0
	for i := range s.Items {
		if utility(i) > utility(best) {
			best = i
		}
	}
	if loss := utility(best) - utility(s.Recommendation.Item); loss > 0.02 {
		t.Errorf("after 6 answers the user loses %v", loss)
	}
	if len(s.Answers) != 6 || s.Number != 7 || s.Saved == nil || s.Conflict != nil {
		t.Errorf("the session is %+v", s)
	}
	if status, _ := c.do("POST", "/api/v1/elicitation/"+s.ID+"/answer", `{"answer":"left","question":3}`); status != http.StatusConflict {
		t.Errorf("an answer to an old question: %d", status)
	}
	if status, text := c.do("POST", "/api/v1/elicitation/"+s.ID+"/answer", `{"answer":"neither","question":7}`); status != http.StatusBadRequest {
		t.Errorf("neither without a level: %d %s", status, text)
	}
	before := *s.Question
	c.json("/elicitation/"+s.ID+"/aspiration", `{"objective":"o1","level":0.9}`, &s)
	if v := s.Items[s.Recommendation.Item].Value[1]; v < 0.9 || len(s.Aspirations) != 1 {
		t.Errorf("the recommendation has %v, 0.9 was asked for", v)
	}
	c.json("/elicitation/"+s.ID+"/undo", `{}`, &s)
	if *s.Question != before || len(s.Aspirations) != 0 {
		t.Errorf("after undo the question is %+v, was %+v", s.Question, before)
	}

	again := serve(t, option, dir)
	again.json("/elicitation/"+s.ID, "", &s)
	if *s.Question != before || s.Items[0].Run != id || s.Items[0].Row < 0 {
		t.Errorf("after a restart the question is %+v, was %+v", s.Question, before)
	}
	log, err := os.ReadFile(filepath.Join(saved, "explorer", *s.Saved))
	if err != nil {
		t.Fatal(err)
	}
	e, source, _, err := elicit.ReadLog(bytes.NewReader(log))
	if err != nil || e.Best() != s.Recommendation.Item || source != filepath.Join(dir, "a") {
		t.Errorf("the log of %s leads to %d, %v; want %d", source, e.Best(), err, s.Recommendation.Item)
	}
	var list struct{ Sessions []savedSession }
	again.json("/elicitation", "", &list)
	if len(list.Sessions) != 1 || list.Sessions[0].ID != s.ID {
		t.Errorf("sessions are %+v", list.Sessions)
	}
	if status, _ := again.do("DELETE", "/api/v1/elicitation/"+s.ID, ""); status != http.StatusOK {
		t.Errorf("delete: %d", status)
	}
	if status, _ := again.do("GET", "/api/v1/elicitation/"+s.ID, ""); status != http.StatusNotFound {
		t.Errorf("after delete: %d", status)
	}
}

// event is a server-sent event, or a comment.
type event struct{ name, id, data string }

// listen reads events until the test ends.
func (c *client) listen(path string, header ...string) <-chan event {
	c.t.Helper()
	response, err := http.DefaultClient.Do(c.request("GET", path, "", header...))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { response.Body.Close() })
	events := make(chan event, 100)
	go func() {
		defer close(events)
		var e event
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				e.data = value
			case "":
				if lines.Text() == "" {
					events <- e
					e = event{}
				} else {
					e.name = "comment"
				}
			}
		}
	}()
	return events
}

// wait returns the next event of a name.
func wait(t *testing.T, events <-chan event, name string) event {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended before %q", name)
			}
			if e.name == name {
				return e
			}
		case <-late:
			t.Fatalf("no event %q came", name)
		}
	}
}

// TestEvents: new rows are sent once, a torn line waits for its end, a client that comes back goes on where it was.
func TestEvents(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	makeRun(t, path, made{m: 2, n: 3, evals: 3})
	c := serve(t, func(_ *Options, s *Server) {
		if s != nil {
			s.pollEvery, s.commentEvery = 5*time.Millisecond, 20*time.Millisecond
		}
	}, dir)
	id := c.runs()["a"]
	events := c.listen("/api/v1/events?runs=" + id)
	if e := wait(t, events, "run"); !strings.Contains(e.data, `"status":"interrupted"`) {
		t.Errorf("the run is %s", e.data)
	}
	if e := wait(t, events, "metrics"); e.id != id+"=3" || !strings.Contains(e.data, `"eval":[0,1,2]`) {
		t.Errorf("the first rows are %+v", e)
	}
	wait(t, events, "front")
	wait(t, events, "comment")
	appendTo := func(name, text string) {
		f, err := os.OpenFile(filepath.Join(path, name), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	appendTo("metrics.csv", "3,train,40,0,3,3,2,,,,,,,0,3,1,1,0\n4,train,50,0,4")
	if e := wait(t, events, "metrics"); e.id != id+"=4" || !strings.Contains(e.data, `"eval":[3]`) {
		t.Errorf("after a row and a torn one: %+v", e)
	}
	appendTo("metrics.csv", ",4,2,,,,,,,0,3,1,1,0\n")
	if e := wait(t, events, "metrics"); e.id != id+"=5" || !strings.Contains(e.data, `"eval":[4]`) {
		t.Errorf("after its end: %+v", e)
	}
	appendTo("fronts.jsonl", `{"eval":4,"steps_train":50,"points":[[1,2]],"policies":["x"]}`+"\n")
	if e := wait(t, events, "front"); !strings.Contains(e.data, `"eval":4`) {
		t.Errorf("the front is %s", e.data)
	}
	back := c.listen("/api/v1/events?runs="+id, "Last-Event-ID", id+"=4")
	if e := wait(t, back, "metrics"); e.id != id+"=5" || !strings.Contains(e.data, `"eval":[4]`) {
		t.Errorf("back after row 4: %+v", e)
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	wait(t, events, "gone")
}

// TestRunningRun: a run whose lock names this process is running.
func TestRunningRun(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 2, n: 3, evals: 3})
	makeRun(t, filepath.Join(dir, "b"), made{m: 2, n: 3, evals: 3})
	host, _ := os.Hostname()
	for name, pid := range map[string]int{"a": os.Getpid(), "b": 1 << 30} {
		text := fmt.Sprintf(`{"pid":%d,"host":%q}`, pid, host)
		if err := os.WriteFile(filepath.Join(dir, name, "lock"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := serve(t, nil, dir)
	var list struct{ Runs []row }
	c.json("/runs?sort=seed", "", &list)
	for _, r := range list.Runs {
		if want := map[string]string{"a": statusRunning, "b": statusInterrupted}[r.Path]; r.Status != want {
			t.Errorf("%s is %s, want %s", r.Path, r.Status, want)
		}
		if r.Resume == nil || !strings.HasPrefix(*r.Resume, "paretolab resume ") {
			t.Errorf("%s is resumed by %v", r.Path, r.Resume)
		}
	}
}

// TestList: facets count all runs, filters and words choose, sorting turns around, the same path below two folders has two ids.
func TestList(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	makeRun(t, filepath.Join(one, "x", "a"), made{m: 2, n: 3, evals: 3, complete: true})
	makeRun(t, filepath.Join(one, "x", "b"), made{m: 2, n: 5, evals: 3})
	makeRun(t, filepath.Join(two, "x", "a"), made{m: 2, n: 7, evals: 3, complete: true})
	c := serve(t, nil, one, two)
	for query, want := range map[string]int{"": 3, "?status=complete": 2, "?q=x/b": 1, "?q=made+S7": 3, "?q=nothing": 0, "?environment=made-v0": 3, "?algorithm=cmorl": 0} {
		var list struct {
			Total  int
			Runs   []row
			Facets map[string][]facet
		}
		c.json("/runs"+query, "", &list)
		if list.Total != want || len(list.Runs) != want || len(list.Facets["status"]) != 2 {
			t.Errorf("%q: %d runs, facets %v; want %d", query, list.Total, list.Facets, want)
		}
		seen := map[string]bool{}
		for _, r := range list.Runs {
			if seen[r.ID] {
				t.Errorf("%q: the id %s stands for two", query, r.ID)
			}
			seen[r.ID] = true
		}
	}
	var list struct{ Runs []row }
	c.json("/runs?sort=-front_size&limit=1&offset=1", "", &list)
	if len(list.Runs) != 1 || *list.Runs[0].FrontSize != 5 {
		t.Errorf("the second largest front has %+v", list.Runs)
	}
}
