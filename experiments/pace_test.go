package experiments

import (
	"slices"
	"testing"
)

// TestBudgetsAndIntervals: budgets in the unit of an algorithm and the interval of measurements become
// settings, which give the same item when they are written themselves; settings that are given win.
func TestBudgetsAndIntervals(t *testing.T) {
	one := func(text string) Item {
		t.Helper()
		items := mustItems(t, mustParse(t, "version: 1\nname: a\nenvironment: config-chain-v0\n"+text, Overrides{}))
		stored := mustItems(t, mustParse(t, string(items[0].Config), Overrides{}))
		if stored[0].ID != items[0].ID {
			t.Errorf("%s: the stored configuration is item %s, not %s", text, stored[0].ID, items[0].ID)
		}
		return items[0]
	}
	for _, unit := range []string{"episodes", "answers"} {
		i := one("algorithm: config-counting-" + unit + "\nbudget: {" + unit + ": 7}\n")
		if s := i.Settings.(*counting); s.Count != 7 || i.Steps != 350 { // a horizon of 50
			t.Errorf("7 %s: %+v, %d steps", unit, s, i.Steps)
		}
		if same := one("algorithm: {name: config-counting-" + unit + ", settings: {count: 7}}\nsteps: 350\n"); same.ID != i.ID {
			t.Errorf("7 %s by budget are item %s, by settings %s", unit, i.ID, same.ID)
		}
	}
	// 100 steps are an update of this algorithm.
	every := one("algorithm: config-search\nevaluation: {every: 1260}\n")
	if n := every.Settings.(*searchSettings).UpdateIter; n != 13 {
		t.Errorf("1260 steps are %d updates, want 13", n)
	}
	if same := one("algorithm: {name: config-search, settings: {update_iter: 13}}\n"); same.ID != every.ID {
		t.Error("the interval in settings makes another item")
	}
	if given := one("algorithm: {name: config-search, settings: {update_iter: 5}}\nevaluation: {every: 1260}\n"); given.Settings.(*searchSettings).UpdateIter != 5 {
		t.Error("what is given does not win")
	}
}

// TestReturnsAndPolicies: what policies are measured by changes the item, and what is by default does not.
func TestReturnsAndPolicies(t *testing.T) {
	item := func(text string) Item { return mustItems(t, mustParse(t, single+text, Overrides{}))[0] }
	usual := item("")
	if same := item("evaluation: {returns: discounted, policy: deterministic}\n"); same.ID != usual.ID {
		t.Error("the defaults make another item")
	}
	undiscounted, sampled := item("evaluation: {returns: undiscounted}\n"), item("evaluation: {policy: sampled}\n")
	if undiscounted.ID == usual.ID || sampled.ID == usual.ID || undiscounted.ID == sampled.ID {
		t.Error("other measurements are the same item")
	}
	if r := undiscounted.Fronts(); r.Discount != 1 || undiscounted.Reference.Discount != 0.9 || !slices.Equal(r.Point, usual.Reference.Point) {
		t.Errorf("fronts of undiscounted returns refer to %+v", r)
	}
	if sampled.Evaluation.Episodes != 10 || sampled.FinalEpisodes != 100 {
		t.Errorf("policies that act by chance are measured on %d and %d episodes", sampled.Evaluation.Episodes, sampled.FinalEpisodes)
	}
}
