package elicit

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// A log of any bytes is read or refused, and what is read writes a log that reads the same.
func FuzzReadLog(f *testing.F) {
	items := mustItems(f, [][]float64{{0, 3}, {1, 2}, {2, 0}})
	e := mustNew(f, items, Settings{Users: 20, Seed: 1})
	var text bytes.Buffer
	log, err := NewLog(&text, e, "front.csv")
	if err != nil {
		f.Fatal(err)
	}
	for _, err := range []error{log.Answer(Question{Items: []int{0, 1}}.Label(1)), log.Answer(Question{Items: []int{2, 1}}.Label(0.5)), log.Undo()} {
		if err != nil {
			f.Fatal(err)
		}
	}
	whole := text.String()
	f.Add(whole)
	f.Add(whole[:len(whole)-4])
	f.Add(strings.Replace(whole, `"order":[0]`, `"order":[7]`, 1))
	f.Add(strings.Replace(whole, `"items":[0,1]`, `"items":[0,0]`, 1))
	f.Add(strings.Replace(whole, "/1", "/2", 1))
	f.Add(strings.Replace(whole, "[1,2]", "[1e999,2]", 1))
	f.Add(whole + `{"items":[0,1],"order":[],"unsure":true}` + "\n" + `{"items":[],"order":[],"aspiration":{"objective":1,"level":2.5}}` + "\n")
	for _, utility := range []string{"gp-monotone", "ensemble", "normal", "ideal", "chebyshev"} {
		f.Add(strings.Replace(whole, `"utility":"linear"`, `"utility":"`+utility+`"`, 1))
	}
	f.Add("{}\n")
	f.Add("")
	f.Add("null\nnull\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "users\":") && len(text) > 2000 {
			t.Skip("large samples take long")
		}
		e, source, size, err := ReadLog(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, ErrLog) && !errors.Is(err, ErrNewerFormat) {
				t.Fatalf("a fault of the log is none: %v", err)
			}
			return
		}
		if size > int64(len(text)) {
			t.Fatalf("%d of %d bytes count", size, len(text))
		}
		var copied bytes.Buffer
		if _, err := NewLog(&copied, e, source); err != nil {
			t.Fatal(err)
		}
		again, _, _, err := ReadLog(&copied)
		if err != nil {
			t.Fatalf("its own log is refused: %v", err)
		}
		if a, b := e.Best(), again.Best(); a != b {
			t.Fatalf("recommends %d, and %d from its own log", a, b)
		}
	})
}

// Faults of a log are said with the line.
func TestReadLogFaults(t *testing.T) {
	items := mustItems(t, [][]float64{{0, 3}, {1, 2}, {2, 0}})
	e := mustNew(t, items, Settings{Users: 20})
	var text bytes.Buffer
	if _, err := NewLog(&text, e, ""); err != nil {
		t.Fatal(err)
	}
	head := text.String()
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", "line 1: no header"},
		{"no JSON", "hello\n", "line 1"},
		{"another format", `{"format":"paretolab-run/1"}` + "\n", `"paretolab-run/1"`},
		{"later", `{"format":"paretolab-elicitation/2"}` + "\n", "later version"},
		{"changed front", strings.Replace(head, "[1,2]", "[1,2.5]", 1), "was changed"},
		{"unknown item", head + `{"items":[0,3],"order":[0]}` + "\n", "line 2: item 3 does not exist"},
		{"twice the same item", head + `{"items":[1,1],"order":[]}` + "\n", "line 2: item 1 stands twice"},
		{"answer of another question", head + `{"items":[0,1],"order":[2]}` + "\n", "not one of the question's"},
		{"two best", head + `{"items":[0,1],"order":[0,1]}` + "\n", "name the best one"},
		{"half an order", head + `{"items":[0,1,2],"order":[0],"ranking":true}` + "\n", "order all"},
		{"nothing to take back", head + `{"undo":true}` + "\n", "line 2: there is no answer to take back"},
		{"a question of one", head + `{"items":[0],"order":[0]}` + "\n", "at least 2"},
	} {
		if _, _, _, err := ReadLog(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.says)
		}
	}
	torn, _, size, err := ReadLog(strings.NewReader(head + `{"items":[0,1],"or`))
	if err != nil || len(torn.Answers()) != 0 || size != int64(len(head)) {
		t.Errorf("a torn line: %v, %d bytes of %d", err, size, len(head))
	}
}
