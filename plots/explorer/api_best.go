package explorer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/pareto"
)

type bestRequest struct {
	selection
	Weights   []float64 `json:"weights"`
	Scaled    bool      `json:"scaled"` // weigh objectives scaled to [0, 1] over the rows
	Reference []float64 `json:"reference"`
	Of        *struct {
		Run string `json:"run"`
		Row int    `json:"row"`
	} `json:"of"`
}

type usefulRef struct {
	ref
	Utility float64 `json:"utility"`
}

// standing is how a row does under some weights.
type standing struct {
	Rank        int     `json:"rank"` // from 1
	Utility     float64 `json:"utility"`
	Loss        float64 `json:"loss"`
	LossPercent float64 `json:"loss_percent"` // of what lies between best and worst
}

// weightRange is where a weight may lie, the others in proportion, while the best row stays the best.
type weightRange struct {
	Objective string  `json:"objective"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
}

// listedBest is the number of rows that an answer lists in order.
const listedBest = 10

// best finds the row that is best for weights, or for a reference point.
func (s *Server) best(ctx context.Context, b *bestRequest) (any, error) {
	c, err := s.choose(ctx, b.selection)
	if err != nil {
		return nil, err
	}
	switch {
	case (b.Weights == nil) == (b.Reference == nil):
		return nil, badInput("give one of them", "there have to be either weights or a reference")
	case b.Reference != nil:
		return c.bestFor(b.Reference)
	}
	weights, err := c.normalised(b.Weights)
	if err != nil {
		return nil, err
	}
	values := c.values
	if b.Scaled {
		if values, err = c.scaled(); err != nil {
			return nil, err
		}
	}
	utility := utilities(values, weights)
	order := descending(utility)
	best, worst := utility[order[0]], utility[order[len(order)-1]]
	answer := map[string]any{
		"weights": weights, "scaled": b.Scaled, "best": usefulRef{c.ref(order[0]), best}, "runner_up": nil, "margin": nil, "margin_percent": nil,
		"stable": stableRanges(values, weights, order[0], c.names), "of": nil, "command": nil,
	}
	percent := func(loss float64) float64 {
		if best == worst {
			return 0
		}
		return 100 * loss / (best - worst)
	}
	if len(order) > 1 {
		margin := best - utility[order[1]]
		answer["runner_up"], answer["margin"], answer["margin_percent"] = usefulRef{c.ref(order[1]), utility[order[1]]}, margin, percent(margin)
	}
	listed := []usefulRef{}
	for _, i := range order[:min(len(order), listedBest)] {
		listed = append(listed, usefulRef{c.ref(i), utility[i]})
	}
	answer["order"] = listed
	if b.Of != nil {
		i, err := c.find(b.Of.Run, b.Of.Row)
		if err != nil {
			return nil, err
		}
		loss := best - utility[i]
		answer["of"] = standing{1 + slices.Index(order, i), utility[i], loss, percent(loss)}
	}
	if len(c.fronts) == 1 && !b.Scaled && c.fronts[0].at == "final" {
		answer["command"] = fmt.Sprintf("paretolab act --run %s --preference %s", shellWord(c.fronts[0].run.files.Dir()), numbers(b.Weights))
	}
	return answer, nil
}

// numbers writes numbers as flags take them.
func numbers(v []float64) string {
	words := make([]string, len(v))
	for i, x := range v {
		words[i] = strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strings.Join(words, ",")
}

// normalised checks weights and makes their sum 1.
func (c *choice) normalised(weights []float64) ([]float64, error) {
	if err := c.vector("weights", weights); err != nil {
		return nil, err
	}
	sum := 0.0
	for j, w := range weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, badInput("give a number of at least 0", "the weight of %s is %v", c.names[j], w)
		}
		sum += w
	}
	if sum == 0 || math.IsInf(sum, 0) {
		return nil, badInput("give at least one above 0", "the weights add up to %v", sum)
	}
	out := slices.Clone(weights)
	for j := range out {
		out[j] /= sum
	}
	return out, nil
}

// utilities returns w·y of every row.
func utilities(f pareto.Front, w []float64) []float64 {
	u := make([]float64, f.Len())
	for i := range u {
		for j, v := range f.Row(i) {
			u[i] += w[j] * v
		}
	}
	return u
}

// descending returns the rows by falling score, equal ones by index.
func descending(score []float64) []int {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	return order
}

// stableRanges returns, for each objective, the weights s that it may have while a row stays the best, if the other
// weights keep their proportions, or share equally what is left when they are all 0. The utility of a row is then
// s·y_j + (1 − s)·o with o its mean over the other objectives, so that each rival sets one bound at most.
func stableRanges(f pareto.Front, w []float64, best int, names []string) []weightRange {
	ranges := make([]weightRange, f.M)
	for j := range ranges {
		ranges[j] = weightRange{names[j], 0, 1}
		others := func(y []float64) (o float64) {
			for k, v := range y {
				switch {
				case k == j:
				case w[j] < 1:
					o += w[k] / (1 - w[j]) * v
				default:
					o += v / float64(f.M-1)
				}
			}
			return o
		}
		mine, o := f.Row(best)[j], others(f.Row(best))
		for i := range f.Len() {
			atZero, atOne := o-others(f.Row(i)), mine-f.Row(i)[j] // lead at s = 0 and s = 1
			switch {
			case i == best || f.M == 1:
			case atZero < 0 && atOne > 0:
				ranges[j].Low = max(ranges[j].Low, min(atZero/(atZero-atOne), w[j]))
			case atOne < 0 && atZero > 0:
				ranges[j].High = min(ranges[j].High, max(atZero/(atZero-atOne), w[j]))
			case atZero < 0 && atOne == 0: // equal at s = 1 alone
				ranges[j].Low = max(ranges[j].Low, w[j])
			case atOne < 0 && atZero == 0:
				ranges[j].High = min(ranges[j].High, w[j])
			}
		}
	}
	return ranges
}

// bestFor finds the row that answers a reference point best.
func (c *choice) bestFor(reference []float64) (any, error) {
	if err := c.vector("reference", reference); err != nil {
		return nil, err
	}
	score, err := pareto.Achievements(c.values, reference)
	if err != nil {
		return nil, err
	}
	extent, err := pareto.Extent(c.values)
	if err != nil {
		return nil, err
	}
	order := descending(score)
	listed := []scoredRef{}
	for _, i := range order[:min(len(order), listedBest)] {
		listed = append(listed, scoredRef{c.ref(i), score[i]})
	}
	reaching := 0
	for i := range c.values.Len() {
		if pareto.WeaklyDominates(c.values.Row(i), reference) {
			reaching++
		}
	}
	type shortfall struct {
		Objective string   `json:"objective"`
		Short     float64  `json:"short"`
		Percent   *float64 `json:"percent"` // of the range of the objective; null where that is 0
	}
	short := []shortfall{}
	for j, v := range c.values.Row(order[0]) {
		if v < reference[j] {
			x := shortfall{Objective: c.names[j], Short: reference[j] - v}
			if extent[j] > 0 {
				p := 100 * x.Short / extent[j]
				x.Percent = &p
			}
			short = append(short, x)
		}
	}
	sentence := fmt.Sprintf("%s all levels.", manyReach(reaching))
	if reaching == 0 {
		var parts []string
		for _, x := range short {
			part := fmt.Sprintf("%s by %.3g", x.Objective, x.Short)
			if x.Percent != nil {
				part += fmt.Sprintf(" (%.2g %% of its range)", *x.Percent)
			}
			parts = append(parts, part)
		}
		sentence = fmt.Sprintf("No policy reaches all %d levels. The closest misses %s.", len(reference), strings.Join(parts, ", "))
		if len(reference) == 1 {
			sentence = fmt.Sprintf("No policy reaches the level. The closest misses %s.", strings.Join(parts, ", "))
		}
	}
	answer := map[string]any{
		"reference": reference, "best": listed[0], "runner_up": nil, "order": listed, "reaches_all": reaching, "shortfalls": short, "sentence": sentence,
	}
	if len(listed) > 1 {
		answer["runner_up"] = listed[1]
	}
	return answer, nil
}

func manyReach(n int) string {
	if n == 1 {
		return "One policy reaches"
	}
	return fmt.Sprintf("%d policies reach", n)
}

type mapRequest struct {
	selection
	Scaled    bool `json:"scaled"`
	Divisions int  `json:"divisions"`
}

// bestMap finds the best row for every weight of a lattice of two or three objectives.
func (s *Server) bestMap(ctx context.Context, b *mapRequest) (any, error) {
	c, err := s.choose(ctx, b.selection)
	if err != nil {
		return nil, err
	}
	divisions := b.Divisions
	if divisions == 0 {
		divisions = 60
	}
	switch {
	case divisions < 1 || divisions > 200:
		return nil, badInput("give 1 to 200", "divisions is %d", divisions)
	case len(c.names) < 2 || len(c.names) > 3:
		return nil, badInput("use /best with weights", "the map is of 2 or 3 objectives, the front has %d", len(c.names))
	}
	values := c.values
	if b.Scaled {
		if values, err = c.scaled(); err != nil {
			return nil, err
		}
	}
	weights := pareto.Lattice(values.M, divisions)
	answer := map[string]any{"m": values.M, "divisions": divisions, "weights": weights, "corners": nil}
	at, rows := map[int]int{}, []int{}
	best, counts := make([]int, len(weights)), []int{}
	for k, w := range weights {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		i := 0
		u := utilities(values, w)
		for r := range u {
			if u[r] > u[i] {
				i = r
			}
		}
		n, ok := at[i]
		if !ok {
			n = len(rows)
			at[i], rows, counts = n, append(rows, i), append(counts, 0)
		}
		best[k] = n
		counts[n]++
	}
	shares := make([]float64, len(counts))
	for n, count := range counts {
		shares[n] = float64(count) / float64(len(weights))
	}
	answer["best"], answer["policies"], answer["shares"] = best, c.refs(rows), shares
	if values.M == 2 {
		corners, err := pareto.CornerWeights(values, pareto.Options{Ctx: ctx})
		if err != nil {
			return nil, err
		}
		answer["corners"] = listed(corners)
	}
	return answer, nil
}
