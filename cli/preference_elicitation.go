package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/preference/elicit"
	"github.com/paretolab/paretolab/plots"
)

// elicitationRow is one line of the table of ways to ask, in the --json form a contract with scripts.
type elicitationRow struct {
	Front    string           `json:"front"`
	Beta     float64          `json:"beta"`
	Question elicit.Criterion `json:"question"`
	Users    int              `json:"users"`
	// Loss and its standard error after 0, 1, … answers, and the share of users within 1 % of the best.
	Loss   []float64 `json:"loss"`
	StdErr []float64 `json:"standard_error"`
	Within []float64 `json:"within_one_percent"`
}

// elicitationOptions are the flags of the command.
type elicitationOptions struct {
	fronts, questions []string
	betas             []float64
	study             elicit.Study
	figure            string
}

func (a *app) preferenceElicitationCommand() *cobra.Command {
	o := elicitationOptions{}
	c := &cobra.Command{
		Use:   "elicitation",
		Short: "Compare ways of asking for the best policy of a front",
		Long: `Ask simulated users which policy of a front they like best, in different ways, and print what they lose
with the recommended policy after so many answers: 0 is the best policy and 1 the worst.

Users have random weights of the objectives and answer by the logistic model with consistency β on values
scaled to [0, 1]; 0 is noiseless. A front is one of ` + strings.Join(elicit.StudyFronts(), ", ") + `, or a file as
` + "`paretolab pareto`" + ` reads it.

With --json: an array, one object per front, consistency and way of asking, with loss, standard_error and
within_one_percent (the share of users within 1 % of the best) after 0, 1, ... answers.`,
		Example: `  paretolab preference elicitation
  paretolab preference elicitation --front circle21 --beta 10 --question info-gain,random
  paretolab preference elicitation --front runs/minecart/cmorl__minecart-v0__s0/front.csv --beta 20 --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			rows, err := a.elicitation(c.Context(), &o)
			if errors.Is(err, context.Canceled) {
				return a.stopped()
			}
			if err != nil {
				return err
			}
			if o.figure != "" {
				format := strings.TrimPrefix(filepath.Ext(o.figure), ".")
				base := strings.TrimSuffix(filepath.Base(o.figure), "."+format)
				if _, err := elicitationFigure(rows).Save(filepath.Dir(o.figure), base, format); err != nil {
					return err
				}
			}
			return a.printElicitation(rows)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.fronts, "front", elicit.StudyFronts(), "fronts: names or `FILES`")
	f.Float64SliceVar(&o.betas, "beta", []float64{10, 50}, "consistencies of the users; 0 is noiseless")
	f.StringSliceVar(&o.questions, "question", []string{"random", "uncertain", "info-gain", "evoi", "eubo"}, "ways of asking: "+criteriaNames())
	f.IntVar(&o.study.Users, "users", 200, "users, of which each is asked in every way")
	f.IntVar(&o.study.Answers, "answers", 20, "answers of each user")
	f.IntVar(&o.study.Settings.Users, "particles", 1000, "samples of what is known of a user")
	f.StringVar(&o.study.Settings.Utility, "utility", "linear", "of the users, and what is thought of: linear, chebyshev or ideal")
	f.BoolVar(&o.study.Settings.Repeats, "repeats", true, "a question may be asked again")
	f.Uint64Var(&o.study.Seed, "seed", 1, "seed of users, answers and samples")
	f.IntVar(&o.study.Workers, "workers", runtime.GOMAXPROCS(0), "goroutines; the table does not depend on them")
	f.StringVar(&o.figure, "figure", "", "draw the losses into `FILE`.png, .svg or .pdf")
	return c
}

// criteriaNames lists the ways of asking.
func criteriaNames() string {
	var names []string
	for _, c := range elicit.Criteria() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// elicitation computes the table.
func (a *app) elicitation(ctx context.Context, o *elicitationOptions) ([]elicitationRow, error) {
	s := &o.study
	switch {
	case s.Users < 1 || s.Users > 100000:
		return nil, usagef("--users is %d; give 1 to 100000", s.Users)
	case s.Answers < 1 || s.Answers > 10000:
		return nil, usagef("--answers is %d; give 1 to 10000", s.Answers)
	case s.Workers < 1:
		return nil, usagef("--workers is %d; give at least 1", s.Workers)
	case o.figure != "" && !slices.Contains(plots.Formats(), strings.TrimPrefix(filepath.Ext(o.figure), ".")):
		return nil, usagef("--figure %s: give a file name that ends in .png, .svg or .pdf", o.figure)
	}
	var questions []elicit.Criterion
	for _, name := range o.questions {
		c, err := elicit.ParseCriterion(name)
		if err != nil {
			return nil, usagef("--question: %w", err)
		}
		questions = append(questions, c)
	}
	var fronts []*elicit.Items
	for _, name := range o.fronts {
		items, ok := elicit.StudyFront(name)
		if !ok {
			f, err := a.readPoints(name)
			if err != nil {
				return nil, fmt.Errorf("front %w (or give one of %s)", err, strings.Join(elicit.StudyFronts(), ", "))
			}
			if items, err = elicit.NewItems(f.front, nil, nil); err != nil {
				return nil, usagef("%s: %w", f.path, err)
			}
		}
		fronts = append(fronts, items)
	}
	bar := a.stepping("asking", s.Users*len(fronts)*len(o.betas)*len(questions))
	defer bar.end()
	var rows []elicitationRow
	for k, items := range fronts {
		for _, beta := range o.betas {
			for _, question := range questions {
				s.Items, s.Beta, s.Settings.Beta, s.Settings.Question, s.Settings.Seed = items, beta, beta, question, s.Seed
				if beta == 0 {
					s.Settings.Beta = 100
				}
				course, err := s.Run(ctx, bar.add)
				if errors.Is(err, context.Canceled) {
					return nil, err
				}
				if err != nil {
					return nil, withCode(exitUsage, err)
				}
				rows = append(rows, elicitationRow{o.fronts[k], beta, question, s.Users, course.Loss, course.StdErr, course.Within})
			}
		}
	}
	return rows, nil
}

// shownAnswers are the numbers of answers in the table for people.
var shownAnswers = []int{0, 1, 2, 3, 5, 10, 20}

// printElicitation prints the table.
func (a *app) printElicitation(rows []elicitationRow) error {
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	answers := slices.DeleteFunc(slices.Clone(shownAnswers), func(n int) bool { return n >= len(rows[0].Loss) })
	fmt.Fprint(w, "front\tbeta\tquestion")
	for _, n := range answers {
		fmt.Fprintf(w, "\t%d", n)
	}
	fmt.Fprintln(w, "\twithin 1 % at 5, 10, 20")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%v\t%s", filepath.Base(r.Front), r.Beta, r.Question)
		for _, n := range answers {
			fmt.Fprintf(w, "\t%.4f", r.Loss[n])
		}
		var shares []string
		for _, n := range []int{5, 10, 20} {
			if n < len(r.Within) {
				shares = append(shares, fmt.Sprintf("%.2f", r.Within[n]))
			}
		}
		fmt.Fprintf(w, "\t%s\n", strings.Join(shares, ", "))
	}
	w.Flush()
	return a.printAnswer(rows, &page)
}

// elicitationFigure draws the mean loss over the answers, one panel per front and consistency.
func elicitationFigure(rows []elicitationRow) *plots.Fig {
	var panels []plots.LinePanel
	last := ""
	for _, r := range rows {
		title := fmt.Sprintf("%s, β = %v", filepath.Base(r.Front), r.Beta)
		if title != last {
			panels = append(panels, plots.LinePanel{Title: title, X: "answers", Y: "loss"})
			last = title
		}
		line := plots.Line{Name: string(r.Question), Y: r.Loss}
		for n, v := range r.Loss {
			line.X = append(line.X, float64(n))
			line.Low, line.High = append(line.Low, v-2*r.StdErr[n]), append(line.High, v+2*r.StdErr[n])
		}
		p := &panels[len(panels)-1]
		p.Lines = append(p.Lines, line)
	}
	caption := fmt.Sprintf("Mean loss of %d simulated users with the recommended policy, as a share of what lies between the best and the worst, "+
		"over their answers; bars are two standard errors.", rows[0].Users)
	return plots.Lines("elicitation", caption, panels, plots.Style{Width: plots.Page})
}
