package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/paretolab/paretolab/agents/preference/elicit"
)

// What people say in place of an answer.
var (
	errUndo   = errors.New("take the last answer back")
	errEnough = errors.New("end the questions")
)

// maxSimulated is the largest number of questions to a simulated user without a budget.
const maxSimulated = 1000

// ask asks questions until they are enough.
func (s *sitting) ask(ctx context.Context, user elicit.User) error {
	e := s.elicitor
	terminal, spoken := user.(*terminalUser)
	for {
		if err := ctx.Err(); err != nil {
			return nil
		}
		r := e.Recommend()
		if spoken {
			s.sayProgress(r)
		}
		if r.Stop != "" && !s.options.noStop {
			return nil
		}
		q, ok := e.Propose()
		if !ok || !spoken && len(e.Answers()) >= maxSimulated {
			return nil
		}
		if spoken {
			terminal.number, terminal.budget = len(e.Answers())+1, e.Settings().Budget
		}
		answer, err := user.Answer(e.Items(), q)
		switch {
		case errors.Is(err, errUndo):
			if !e.Undo() {
				fmt.Fprintln(s.err, "there is no answer to take back")
				continue
			}
			err = s.log.Undo()
		case errors.Is(err, errEnough):
			s.sayHowToGoOn()
			return nil
		case errors.Is(err, io.EOF):
			fmt.Fprintln(s.err)
			s.sayHowToGoOn()
			return nil
		case errors.Is(err, context.Canceled):
			return nil
		case err != nil:
			return err
		default:
			if err = e.Answer(answer); err == nil {
				err = s.log.Answer(answer)
			}
		}
		if err != nil {
			return fmt.Errorf("log %s: %w", s.options.log, err)
		}
	}
}

// sayProgress says what is best so far.
func (s *sitting) sayProgress(r *elicit.Report) {
	if s.quiet || len(r.Answers) == 0 {
		return
	}
	fmt.Fprintf(s.err, "So far policy %s, within 1 %% of the best with a chance of %s.\n", r.Name, percent(r.NearBest))
}

// sayHowToGoOn says where the answers are.
func (s *sitting) sayHowToGoOn() {
	if s.options.log == "" {
		return
	}
	fmt.Fprintf(s.err, "Saved in %s; go on with: paretolab elicit %s\n", s.options.log, shellWords([]string{s.from.path, "--log", s.options.log}))
}

// percent writes a chance.
func percent(p float64) string {
	switch {
	case p > 0 && p < 0.005:
		return "below 1 %"
	case p < 1 && p > 0.995:
		return "above 99 %"
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

// terminalUser is a person who reads questions and types answers, one a line.
type terminalUser struct {
	ctx            context.Context
	lines          chan string
	out            io.Writer
	number, budget int
}

func newTerminalUser(ctx context.Context, in io.Reader, out io.Writer) *terminalUser {
	u := &terminalUser{ctx: ctx, lines: make(chan string), out: out}
	go func() {
		defer close(u.lines)
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			select {
			case u.lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return u
}

// read returns the next line; io.EOF at the end of input, and the error of the context when that ends.
func (u *terminalUser) read() (string, error) {
	select {
	case line, more := <-u.lines:
		if u.ctx.Err() != nil {
			return "", u.ctx.Err()
		}
		if !more {
			return "", io.EOF
		}
		return strings.ToLower(strings.TrimSpace(line)), nil
	case <-u.ctx.Done():
		return "", u.ctx.Err()
	}
}

// Answer implements [elicit.User].
func (u *terminalUser) Answer(items *elicit.Items, q elicit.Question) (elicit.Answer, error) {
	fmt.Fprintf(u.out, "\nQuestion %d", u.number)
	if u.budget > 0 {
		fmt.Fprintf(u.out, " of at most %d", u.budget)
	}
	fmt.Fprintf(u.out, "\n\n%s", valueTable(items, q.Items, nil))
	if len(q.Items) == 2 {
		fmt.Fprintf(u.out, "\n  2 against 1: %s\n", differences(items, q.Items[1], q.Items[0]))
	}
	const others = "s the same, u undo, q end, ? help"
	for {
		switch n := len(q.Items); {
		case q.Ranking:
			fmt.Fprintf(u.out, "\nBest to worst? (such as %s; %s) ", exampleOrder(n), others)
		case n == 2:
			fmt.Fprintf(u.out, "\nWhich is better? (1, 2, %s) ", others)
		default:
			fmt.Fprintf(u.out, "\nWhich is best? (1 to %d, %s) ", n, others)
		}
		line, err := u.read()
		if err != nil {
			return elicit.Answer{}, err
		}
		switch line {
		case "s", "same", "=":
			return elicit.Answer{Question: q}, nil
		case "u", "undo":
			return elicit.Answer{}, errUndo
		case "q", "quit", "end":
			return elicit.Answer{}, errEnough
		case "?", "h", "help":
			fmt.Fprint(u.out, dialogueHelp)
			continue
		}
		answer, fault := parseOrder(q, line)
		if fault == "" {
			return answer, nil
		}
		fmt.Fprintln(u.out, fault)
	}
}

const dialogueHelp = `
Each line is a policy with what it reaches of every objective; more is better. Type the number of the one you
would rather have. "s" says that they are the same to you, "u" takes the last answer back, "q" ends the questions with
the recommendation so far. Answers are saved as you give them; Ctrl-C loses nothing.
`

// exampleOrder is an order of n items: 2 1 3.
func exampleOrder(n int) string {
	words := []string{"2", "1"}
	for i := 3; i <= n; i++ {
		words = append(words, strconv.Itoa(i))
	}
	return strings.Join(words, " ")
}

// parseOrder reads the number of the best item, or of all, best first. fault says what is wrong.
func parseOrder(q elicit.Question, line string) (a elicit.Answer, fault string) {
	a.Question = q
	words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,;>\t", r) })
	wanted := 1
	if q.Ranking {
		wanted = len(q.Items)
	}
	if len(words) != wanted {
		if q.Ranking {
			return a, fmt.Sprintf("Order all %d, such as %s.", wanted, exampleOrder(wanted))
		}
		return a, fmt.Sprintf("Type one number from 1 to %d.", len(q.Items))
	}
	for _, w := range words {
		k, err := strconv.Atoi(w)
		if err != nil || k < 1 || k > len(q.Items) {
			return a, fmt.Sprintf("%q is no number from 1 to %d.", w, len(q.Items))
		}
		if slices.Contains(a.Order, q.Items[k-1]) {
			return a, fmt.Sprintf("%d stands twice.", k)
		}
		a.Order = append(a.Order, q.Items[k-1])
	}
	return a, ""
}

// valueTable lists items by number, or by the given names, with their values.
func valueTable(items *elicit.Items, rows []int, names []string) string {
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\t")
	for _, o := range items.Objectives {
		fmt.Fprintf(w, "%s\t", title(o))
	}
	fmt.Fprintln(w)
	for k, i := range rows {
		name := strconv.Itoa(k + 1)
		if names != nil {
			name = names[k]
		}
		fmt.Fprintf(w, "%s\t", name)
		for j, v := range items.Values.Row(i) {
			fmt.Fprintf(w, "%s\t", amount(items, j, v))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	return page.String()
}

// title is the name of an objective with its unit.
func title(o elicit.Objective) string {
	if o.Unit == "" {
		return o.Name
	}
	return o.Name + " (" + o.Unit + ")"
}

// amount writes a value of an objective with the digits that tell the items of the front apart.
func amount(items *elicit.Items, objective int, v float64) string {
	digits, whole := 0, true
	for i := range items.Len() {
		x := items.Values.Row(i)[objective]
		whole = whole && x == math.Trunc(x)
	}
	if e := items.Extent[objective]; e > 0 && !whole {
		digits = min(max(2-int(math.Floor(math.Log10(e))), 0), 12)
	}
	if math.Abs(v) >= 1e15 {
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	text := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-")
	}
	return text
}

// differences says in words what item i has more and less of than item j.
func differences(items *elicit.Items, i, j int) string {
	var parts []string
	a, b := items.Values.Row(i), items.Values.Row(j)
	for k, o := range items.Objectives {
		unit := ""
		if o.Unit != "" {
			unit = " " + o.Unit
		}
		switch d := a[k] - b[k]; {
		case d > 0:
			parts = append(parts, fmt.Sprintf("%s %s%s more", o.Name, amount(items, k, d), unit))
		case d < 0:
			parts = append(parts, fmt.Sprintf("%s %s%s less", o.Name, amount(items, k, -d), unit))
		}
	}
	if parts == nil {
		return "equal in everything"
	}
	return strings.Join(parts, ", ")
}
