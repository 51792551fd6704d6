package experiments

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/paretolab/paretolab/agents"
)

// NotLongerError means that a run has as large a budget already as it is to be extended to.
type NotLongerError struct {
	Dir         string
	Steps, Want int
}

func (e *NotLongerError) Error() string {
	return fmt.Sprintf("%s has a budget of %d steps already, --steps is %d; give a larger number", e.Dir, e.Steps, e.Want)
}

// Extend trains the runs in and below dirs on to a larger budget of training steps. An extended run is
// another item in another experiment, NAME-STEPS beside the first one, whose configuration names the
// parent; it begins with a copy of the parent's newest checkpoint and of its tables up to there, and is
// run, stopped and resumed like any other. The parents stay as they are.
//
// Runs that have no checkpoint, or as large a budget (a *[NotLongerError]), are errors, and nothing is begun then.
// Otherwise as [Execute].
func Extend(ctx context.Context, opt RunOptions, steps int, dirs ...string) ([]*Outcome, error) {
	opt.Force = false
	parents, err := findJobs(dirs)
	if err != nil {
		return nil, err
	}
	parents = opt.Shard.of(parents)
	if err := selectKernels(parents); err != nil {
		return nil, err
	}
	extensions := make([]*extension, len(parents))
	for i, p := range parents {
		if extensions[i], err = extend(p, steps, opt.AllowKernelChange); err != nil {
			return nil, err
		}
	}
	experiments := map[string][]*job{}
	var all []*job
	for _, x := range extensions {
		if err := x.begin(opt.files()); err != nil {
			return nil, err
		}
		dir := filepath.Dir(x.child.dir)
		experiments[dir] = append(experiments[dir], x.child)
		all = append(all, x.child)
	}
	for _, dir := range slices.Sorted(maps.Keys(experiments)) {
		js := experiments[dir]
		if err := writeExperiment(opt.files(), dir, js[0].item.Config, js[0].item.Config, js); err != nil {
			return nil, err
		}
	}
	return execute(ctx, opt, all)
}

// extension is a run that goes on from the end of another one.
type extension struct {
	parent, child *job
	from          *checkpoint
}

// extend makes the item of an extended run.
func extend(parent *job, steps int, allowKernelChange bool) (*extension, error) {
	if steps <= parent.item.Steps {
		return nil, &NotLongerError{parent.dir, parent.item.Steps, steps}
	}
	if b, ok := parent.item.Settings.(agents.Budgeted); ok {
		return nil, fmt.Errorf("%s: the budget of algorithm %s is in %s, not in steps; run it anew with a larger budget.%s", parent.dir, parent.item.Algorithm, b.BudgetUnit(), b.BudgetUnit())
	}
	saves := checkpoints{dir: filepath.Join(parent.dir, dirCheckpoints)}
	from, skipped, err := saves.newest(parent.item.ID, parent.dir)
	if err != nil {
		return nil, err
	}
	if _, err := from.kernelAfter(parent.dir, allowKernelChange); err != nil {
		return nil, err
	}
	if from == nil {
		return nil, errors.Join(append(skipped, corrupt(saves.dir, 0, "there is no usable checkpoint to go on from; run it anew with --steps %d", steps))...)
	}
	_, c, err := storedItem(parent.dir, string(parent.item.Config))
	if err != nil {
		return nil, err
	}
	c.tree = nil
	c.Name = fmt.Sprintf("%s-%d", c.Name, steps)
	c.Budget = Budget{Steps: steps}
	c.Parent = Parent{parent.item.ID, from.Steps}
	items, err := c.Items()
	if err != nil {
		return nil, err
	}
	child := &job{item: &items[0], output: parent.output, memory: parent.memory, kernel: parent.kernel}
	child.dir = filepath.Join(filepath.Dir(filepath.Dir(parent.dir)), c.Name, child.item.Dir)
	return &extension{parent, child, from}, nil
}

// begin puts the parent's state into the directory of the child, unless the child was begun before.
func (x *extension) begin(d disk) error {
	info, err := reader(os.ReadFile).info(x.child.dir)
	switch {
	case err == nil && info.Item != x.child.item.ID:
		return &ConflictError{x.child.dir, info.Item, x.child.item.ID}
	case err == nil:
		return nil
	case !isNothing(err):
		return err
	}
	dir, err := lockRunDir(d, x.child.dir)
	if err != nil {
		return err
	}
	defer dir.release()
	if err := dir.prepare(); err != nil {
		return err
	}
	for name, m := range x.from.Offsets {
		text, err := os.ReadFile(filepath.Join(x.parent.dir, name))
		if err != nil {
			return err
		}
		if err := writeWhole(d, dir.in(name), text[:m.Bytes]); err != nil {
			return err
		}
	}
	c := *x.from
	c.Item = x.child.item.ID
	c.learner = bytes.Clone(x.from.learner)
	saves := &checkpoints{disk: d, dir: dir.in(dirCheckpoints), keep: 1}
	return saves.save(&c)
}
