package preference

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// PeopleModels are the models that answers of people are explained by, in order: what of (dR, dV_start, dV_end), the
// differences of second and first segment in partial return, V* of the start and V* of the end, they weigh.
var PeopleModels = []struct {
	Name    string
	Columns func(r, start, end float64) []float64
}{
	{"partial_return", func(r, start, end float64) []float64 { return []float64{r} }},
	{"regret", func(r, start, end float64) []float64 { return []float64{r + end - start} }},
	{"expected_return", func(r, start, end float64) []float64 { return []float64{r + end} }},
	{"delta_value", func(r, start, end float64) []float64 { return []float64{end - start} }},
	{"full3", func(r, start, end float64) []float64 { return []float64{r, start, end} }},
}

// People is what a group of people answered about segments on the delivery grid.
type People struct {
	Name string
	// Differences are (dR, dV_start, dV_end), second less first segment, one for each answer.
	Differences [][3]float64
	Y           []float64 // 1 if the second segment is preferred, 0 if the first, ½ if they are the same
	Pairs       []Pair    // the segments; nil if only the differences are known
	// Recomputed says that the differences come from the pairs, Compared that there are stored ones as well, and
	// Mismatches how many pairs disagree with these.
	Recomputed, Compared bool
	Mismatches           int
}

// maxPeopleAnswers is the largest number of answers of a group that is known by their numbers alone.
const maxPeopleAnswers = 1_000_000

// ReadPeople reads the answers of groups of people in the format of the published data: a JSON object with
// conditions, each with pairs "first|second|answer" (answer L, R or S), or stats, rows of dR, dV_start, dV_end and the
// numbers of answers left, same and right, or both. Values are those of world, on which the segments lie, under weights.
// Groups come in the order of their names.
func ReadPeople(in io.Reader, w *World, weights []float64) ([]People, error) {
	var file struct {
		Conditions map[string]struct {
			Stats [][]*float64 `json:"stats"`
			Pairs []string     `json:"pairs"`
		} `json:"conditions"`
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, positioned(text, err)
	}
	if len(file.Conditions) == 0 {
		return nil, fmt.Errorf("no conditions; expected an object with conditions, each with pairs or stats")
	}
	o, err := w.Optimum(weights)
	if err != nil {
		return nil, err
	}
	var groups []People
	for _, name := range slices.Sorted(maps.Keys(file.Conditions)) {
		c := file.Conditions[name]
		g := People{Name: name}
		stored, total := map[[3]float64][3]float64{}, 0.0
		stats := make([][6]float64, len(c.Stats))
		for i, row := range c.Stats {
			if len(row) != 6 || slices.Contains(row, nil) {
				return nil, fmt.Errorf("conditions.%s.stats[%d]: give six numbers: dR, dV_start, dV_end and how many answered left, same and right", name, i)
			}
			for k, x := range row {
				stats[i][k] = *x
			}
			s := stats[i]
			for _, x := range s[:3] {
				if math.Abs(x) > largest {
					return nil, fmt.Errorf("conditions.%s.stats[%d]: a difference of %v; give numbers from %v to %v", name, i, x, -largest, largest)
				}
			}
			for _, n := range s[3:] {
				if total += n; total > maxPeopleAnswers {
					return nil, fmt.Errorf("conditions.%s.stats[%d]: more than %d answers", name, i, maxPeopleAnswers)
				}
				if n < 0 || n != math.Trunc(n) {
					return nil, fmt.Errorf("conditions.%s.stats[%d]: %v answers; give whole numbers that are not negative", name, i, n)
				}
			}
			at := [3]float64(s[:3])
			known := stored[at]
			stored[at] = [3]float64{known[0] + s[3], known[1] + s[4], known[2] + s[5]}
		}
		switch {
		case len(c.Pairs) > 0:
			if err := g.addPairs(w, o, c.Pairs); err != nil {
				return nil, fmt.Errorf("conditions.%s.%w", name, err)
			}
			if len(stored) > 0 {
				g.compare(stored)
			}
		case len(stored) > 0:
			g.addStats(stats)
		default:
			return nil, fmt.Errorf("conditions.%s: neither pairs nor stats", name)
		}
		if len(g.Y) == 0 {
			return nil, fmt.Errorf("conditions.%s: %w", name, ErrNoAnswers)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// positioned adds the line to an error of package json.
func positioned(text []byte, err error) error {
	offset := int64(-1)
	switch e := err.(type) {
	case *json.SyntaxError:
		offset = e.Offset
	case *json.UnmarshalTypeError:
		offset = e.Offset
	}
	if offset < 0 {
		return err
	}
	return fmt.Errorf("line %d: %w", 1+strings.Count(string(text[:min(int(offset), len(text))]), "\n"), describe(err))
}

// addPairs reads pairs and works out their differences.
func (g *People) addPairs(w *World, o *Optimum, pairs []string) error {
	g.Recomputed = true
	partial := PartialReturn{o.Weights}
	for i, text := range pairs {
		parts := strings.Split(text, "|")
		if len(parts) != 3 {
			return fmt.Errorf("pairs[%d]: %q is not first|second|answer", i, text)
		}
		var p Pair
		var err error
		if p.A, err = w.Parse(parts[0]); err == nil {
			p.B, err = w.Parse(parts[1])
		}
		if err != nil {
			return fmt.Errorf("pairs[%d]: %w", i, err)
		}
		switch parts[2] {
		case "L":
			p.Y = 1
		case "S":
			p.Y = 0.5
		case "R":
		default:
			return fmt.Errorf("pairs[%d]: answer %q; give L (first preferred), R (second) or S (same)", i, parts[2])
		}
		g.Pairs = append(g.Pairs, p)
		g.Y = append(g.Y, 1-p.Y)
		g.Differences = append(g.Differences, [3]float64{
			partial.Value(&p.B) - partial.Value(&p.A), o.start(&p.B) - o.start(&p.A), o.end(&p.B) - o.end(&p.A),
		})
	}
	return nil
}

// addStats expands rows of differences with the numbers of their answers.
func (g *People) addStats(stats [][6]float64) {
	for _, s := range stats {
		for k, y := range [3]float64{0, 0.5, 1} {
			for range int(s[3+k]) {
				g.Differences = append(g.Differences, [3]float64(s[:3]))
				g.Y = append(g.Y, y)
			}
		}
	}
}

// compare counts the answers that the stored rows do not have at the differences worked out.
func (g *People) compare(stored map[[3]float64][3]float64) {
	g.Compared = true
	left := maps.Clone(stored)
	for i, d := range g.Differences {
		for j := range d {
			d[j] = math.Round(d[j]) + 0
		}
		counts := left[d]
		k := int(2 * g.Y[i])
		if counts[k] == 0 {
			g.Mismatches++
			continue
		}
		counts[k]--
		left[d] = counts
	}
}

// answers returns the answers as a model sees them.
func (g *People) answers(columns func(r, start, end float64) []float64) *Answers {
	a := &Answers{Y: g.Y}
	for _, d := range g.Differences {
		a.X = append(a.X, columns(d[0], d[1], d[2]))
	}
	return a
}

// PeopleFit is how well a model explains the answers of a group.
type PeopleFit struct {
	Beta       []float64 `json:"beta"`
	Loss       float64   `json:"ce"`   // mean cross-entropy, nats per answer
	Validated  *float64  `json:"cv10"` // the same of answers held out, ten folds; null below ten answers
	LapseBeta  []float64 `json:"lapse_beta"`
	Lapse      float64   `json:"lapse"`
	LapseLoss  float64   `json:"lapse_ce"`
	LapseValid *float64  `json:"lapse_cv10"`
	Agreement  *float64  `json:"acc_strict"`  // of answers other than "same"; null without any
	GridLoss   *float64  `json:"grid_min_ce"` // over the scales of the published scripts; null for several columns
	ExactMatch float64   `json:"exact_match3"`
}

// Folds of the cross-validation.
const peopleFolds = 10

// Fit explains the answers of a group by one of [PeopleModels].
func (g *People) Fit(columns func(r, start, end float64) []float64) PeopleFit {
	a := g.answers(columns)
	plain, lapsed := FitScale(a, false), FitScale(a, true)
	f := PeopleFit{
		Beta: plain.Beta, Loss: plain.CrossEntropy, LapseBeta: lapsed.Beta, Lapse: lapsed.Lapse, LapseLoss: lapsed.CrossEntropy,
		ExactMatch: plain.ExactMatch(a),
	}
	if len(a.Y) >= peopleFolds {
		cv, lapseCV := CrossValidate(a, false, peopleFolds), CrossValidate(a, true, peopleFolds)
		f.Validated, f.LapseValid = &cv, &lapseCV
	}
	if acc := plain.Agreement(a); !math.IsNaN(acc) {
		f.Agreement = &acc
	}
	if len(a.X[0]) == 1 {
		grid := GridScale(a)
		f.GridLoss = &grid
	}
	return f
}
