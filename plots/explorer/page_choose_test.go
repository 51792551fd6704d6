package explorer

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/paretolab/paretolab/agents/preference/elicit"
)

// TestChoosing: a user with known weights answers on the page. What is taken back was never said; the recommendation is that of the
// elicitor with the same answers, and costs the user at most 1 %.
func TestChoosing(t *testing.T) {
	startBrowser(t)
	dir, saved := t.TempDir(), t.TempDir()
	makeRun(t, filepath.Join(dir, "a"), made{m: 3, n: 60, evals: 2, complete: true})
	c := serve(t, func(o *Options, _ *Server) { o.State = saved }, dir)
	p := openAt(t, c, "/?token=secret-of-the-test")
	id := p.runs()["a"]
	p.goTo("#/choose?runs=" + id)
	user := scripted{p: p, weights: []float64{0.5, 0.2, 0.3}}
	p.says("Question 1")
	first := user.state()
	p.painted("main", "0067A3", 100) // what is believed of the weights
	for range 3 {
		user.answer()
	}
	before := user.state()
	user.answer()
	p.button("Take back")
	p.says("Question 4:")
	if now := user.state(); len(now.Answers) != 3 || *now.Question != *before.Question || now.Recommendation.Item != before.Recommendation.Item {
		t.Errorf("after taking back, the question is %+v, was %+v", now.Question, before.Question)
	}
	for range 5 {
		user.answer()
	}
	last := user.state()
	if len(last.Answers) != 8 || last.ID != first.ID {
		t.Errorf("the session has %d answers, want 8", len(last.Answers))
	}
	log, err := os.ReadFile(filepath.Join(saved, "explorer", *last.Saved))
	if err != nil {
		t.Fatal(err)
	}
	e, _, _, err := elicit.ReadLog(bytes.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	recommended := last.Items[e.Best()]
	p.wait(fmt.Sprintf(`[...document.querySelectorAll("h2")].find((h) => h.textContent === "Recommended").nextSibling.textContent === %q`, recommended.Policy))
	best := 0
	for i := range last.Items {
		if user.utility(last, i) > user.utility(last, best) {
			best = i
		}
	}
	if loss := user.utility(last, best) - user.utility(last, e.Best()); loss > 0.01 {
		t.Errorf("after 8 answers the user loses %.3f of the range", loss)
	}
}

// scripted is a user of the questions whose weights are known.
type scripted struct {
	p       *tab
	weights []float64 // of the objectives scaled to [0, 1] over the front
}

// state is the session that the page shows.
func (u scripted) state() *state {
	u.p.t.Helper()
	var s state
	u.p.json("/elicitation/"+ask[string](u.p, `new URLSearchParams(location.hash.split("?")[1]).get("s")`), "", &s)
	return &s
}

func (u scripted) utility(s *state, item int) (sum float64) {
	for j, w := range u.weights {
		sum += w * (s.Items[item].Value[j] - s.Nadir[j]) / (s.Ideal[j] - s.Nadir[j])
	}
	return sum
}

// answer clicks what the user likes better and waits for the next question, or that there is none.
func (u scripted) answer() {
	u.p.t.Helper()
	s := u.state()
	for _, shown := range []int{s.Question.Left, s.Question.Right} {
		u.p.says(s.Items[shown].Policy)
	}
	label := "The right one"
	if u.utility(s, s.Question.Left) > u.utility(s, s.Question.Right) {
		label = "The left one"
	}
	u.p.button(label)
	u.p.wait(fmt.Sprintf(`[...document.querySelectorAll("h2")].some((h) => h.textContent === "%d answer%s")`, len(s.Answers)+1, map[bool]string{true: "", false: "s"}[len(s.Answers) == 0]))
}
