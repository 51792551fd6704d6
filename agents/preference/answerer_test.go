package preference

import (
	"math"
	"testing"
)

// TestAnswerModels: the probabilities of first, same and second are those of the formulas, and answers come as often.
func TestAnswerModels(t *testing.T) {
	l := Logistic
	for _, c := range []struct {
		name                string
		user                User
		d                   float64
		first, same, second float64
	}{
		{"noiseless, better", User{Noiseless: true}, 0.3, 1, 0, 0},
		{"noiseless, worse", User{Noiseless: true}, -0.3, 0, 0, 1},
		{"noiseless, the same to 1e-9", User{Noiseless: true}, 5e-10, 0, 1, 0},
		{"noiseless, just better", User{Noiseless: true}, 2e-9, 1, 0, 0},
		{"noiseless, within a threshold", User{Noiseless: true, Threshold: 0.5}, 0.5, 0, 1, 0},
		{"noiseless, beyond it", User{Noiseless: true, Threshold: 0.5}, -0.51, 0, 0, 1},
		{"stochastic", User{}, 0.7, l(0.7), 0, l(-0.7)},
		{"stochastic, β 3", User{Beta: 3}, 0.7, l(2.1), 0, l(-2.1)},
		{"stochastic, a tie", User{}, 0, 0.5, 0, 0.5},
		{"stochastic, clipped", User{}, 1e300, 1, 0, 0},
		{"lapse", User{Lapse: 0.2}, 0.7, 0.8*l(0.7) + 0.1, 0, 0.8*l(-0.7) + 0.1},
		{"flip", User{Flip: 0.1}, 0.7, 0.9*l(0.7) + 0.1*l(-0.7), 0, 0.9*l(-0.7) + 0.1*l(0.7)},
		{"flip, noiseless", User{Noiseless: true, Flip: 0.1}, 2, 0.9, 0, 0.1},
		{"threshold", User{Beta: 2, Threshold: 0.4}, 0.7, l(1.4 - 0.4), 1 - l(1.0) - l(-1.8), l(-1.4 - 0.4)},
	} {
		first, same, second := c.user.Probabilities(c.d)
		for _, p := range [][2]float64{{first, c.first}, {same, c.same}, {second, c.second}} {
			near(t, c.name, p[0], p[1], 1e-12)
		}
		c.user.Statistic, c.user.Rand = PartialReturn{one}, testRand(1)
		a, b := Item([]float64{c.d}), Item([]float64{0})
		const draws = 4000
		counts := map[float64]float64{}
		for range draws {
			y, answered := c.user.Answer(&a, &b)
			if !answered {
				t.Fatalf("%s: skipped", c.name)
			}
			counts[y]++
		}
		for y, p := range map[float64]float64{1: c.first, 0.5: c.same, 0: c.second} {
			near(t, c.name+", share of answers", counts[y]/draws, p, 4*math.Sqrt(p*(1-p)/draws))
		}
	}
	a, b := Item([]float64{0.004}), Item([]float64{0})
	for name, c := range map[string]struct {
		user     User
		y        float64
		answered bool
	}{
		"rounded to two decimals": {User{Round: true}, 0.5, true}, "not rounded": {User{}, 1, true},
		"ties dropped": {User{Round: true, Ties: DropTies}, 0.5, false},
	} {
		c.user.Statistic, c.user.Noiseless = PartialReturn{one}, true
		if y, answered := c.user.Answer(&a, &b); y != c.y || answered != c.answered {
			t.Errorf("%s: %v, answered %v", name, y, answered)
		}
	}
}

// TestTeachers: the simulated users of B-Pref, on a row of cells in which each step costs 1 and the goal gains 10.
func TestTeachers(t *testing.T) {
	weights := []float64{-1, 10, -5, 0, 0, 0}
	w := boardWorld(t, []string{"...G"}, weights, 0.9)
	reach, wait, late := walk(t, w, 1, 3, 3), walk(t, w, 0, 0, 0), walk(t, w, 2, 2, 3) // returns 9, −2, −2
	teacher := func(name string) *User {
		u, err := w.Teacher(name, weights, 0, 1, testRand(2))
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	for _, name := range Teachers {
		if u := teacher(name); name != "mistake" && name != "noisy" {
			if y, answered := u.Answer(reach, wait); y != 1 || !answered {
				t.Errorf("%s: label %v", name, y)
			}
		}
	}
	if _, answered := teacher("skip").Answer(wait, late); answered {
		t.Error("skip answers about two segments below 0")
	}
	if p, _, _ := teacher("mistake").Probabilities(3); p != 0.9 {
		t.Errorf("mistake takes the better one with probability %v", p)
	}
	if p, _, _ := teacher("noisy").Probabilities(3); math.Abs(p-Logistic(3)) > 1e-15 {
		t.Errorf("noisy takes the better one with probability %v", p)
	}
	if y, _ := teacher("equal").Answer(walk(t, w, 0, 0), wait); y != 0.5 { // −1 and −2
		t.Errorf("equal: label %v of a difference of 1", y)
	}
	// Two steps, the last weighs 1 and the one before 0.9; a step waited out weighs as well, but gains nothing.
	myopic := Myopic{weights, 0.9, w.Process}
	near(t, "myopic", myopic.Value(reach), 0.9*-1+10, 1e-12)
	near(t, "myopic, with a step waited out", myopic.Value(walk(t, w, 2, 3, 3)), 0.9*10, 1e-12)
	if _, err := w.Teacher("strict", weights, 0, 1, nil); err == nil {
		t.Error("an unknown teacher teaches")
	}
}
