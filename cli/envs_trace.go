package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/golden"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/atomicfile"
)

// traceStart and traceStep are the lines of a trace.
type traceStart struct {
	Obs []golden.Number `json:"obs"`
}

type traceStep struct {
	Obs        []golden.Number `json:"obs"`
	Reward     []golden.Number `json:"reward"`
	Terminated bool            `json:"terminated"`
	Truncated  bool            `json:"truncated"`
}

func (a *app) envsTraceCommand() *cobra.Command {
	var options environmentOptions
	var seed uint64
	var path, record string
	c := &cobra.Command{
		Use:   "trace ID --actions FILE",
		Short: "Step through one episode of given actions and print what happens",
		Long: `Reset an environment with a seed, apply the actions of a file and print JSON Lines: first
{"obs": […]} of the reset, then for each step
{"obs": […], "reward": […], "terminated": false, "truncated": false}.

The file holds one action per line: an integer, or numbers separated by commas. Blank lines are
skipped; - is standard input. An action outside the action space is refused, except where the
environment takes any finite number and clips it itself. An infinite number is printed as the string
"inf" or "-inf".

With --record FILE the episode is also written as a trajectory file (schema golden-v1), which
envs verify replays. Where steps are random, it is replayed from the seed.`,
		Example: "  paretolab envs trace deep-sea-treasure-v0 --seed 1 --actions actions.txt\n" +
			"  printf '3\\n1\\n1\\n' | paretolab envs trace deep-sea-treasure-v0 --actions -\n" +
			"  paretolab envs trace minecart-v0 --seed 1 --actions actions.txt --record drive.json",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(_ *cobra.Command, args []string) error {
			if record == "-" {
				return usagef("--record is -, but the trace goes to standard output; name a file")
			}
			e, err := options.make(args[0])
			if err != nil {
				return err
			}
			if path == "" {
				return usagef("--actions FILE is missing: one action per line, - for standard input")
			}
			actions, err := a.readActions(path, &e.Spec)
			if err != nil {
				return err
			}
			return a.trace(e, seed, path, actions, record)
		},
	}
	c.Flags().Uint64Var(&seed, "seed", 0, "seed of the reset, from 0")
	c.Flags().StringVar(&path, "actions", "", "file with one action per line")
	c.Flags().StringVar(&record, "record", "", "trajectory file to write")
	options.register(c)
	return c
}

// lineAction is an action and the line that it stands on.
type lineAction struct {
	line   int
	action []float64
}

// readActions reads the actions of a trace and checks that a step takes them.
func (a *app) readActions(path string, spec *envs.Spec) ([]lineAction, error) {
	in := a.in
	if path == "-" {
		path = "standard input"
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, withCode(exitUsage, err)
		}
		defer f.Close()
		in = f
	}
	var actions []lineAction
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, 1<<20)
	line := 0
	for scan.Scan() {
		line++
		text := strings.TrimSpace(scan.Text())
		if text == "" {
			continue
		}
		var action []float64
		for _, word := range strings.Split(text, ",") {
			x, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
			if err != nil {
				return nil, usagef("%s:%d: %q is no number; an action of %s is %s", path, line, strings.TrimSpace(word), spec.ID, actionForm(&spec.Action))
			}
			action = append(action, x)
		}
		if err := spec.CheckAction(action); err != nil {
			return nil, usagef("%s:%d: action %s: %w; an action of %s is %s", path, line, text, err, spec.ID, actionForm(&spec.Action))
		}
		actions = append(actions, lineAction{line, action})
	}
	if err := scan.Err(); err != nil {
		return nil, withCode(exitUsage, fmt.Errorf("%s:%d: %w", path, line+1, err))
	}
	if len(actions) == 0 {
		return nil, usagef("%s: no actions; write one per line, each %s", path, actionForm(&spec.Action))
	}
	return actions, nil
}

// actionForm says how an action is written.
func actionForm(s *envs.Space) string {
	switch {
	case s.Kind == envs.KindDiscrete && len(s.N) == 1:
		return fmt.Sprintf("an integer from 0 to %d", s.N[0]-1)
	case s.Kind == envs.KindDiscrete:
		return fmt.Sprintf("%d integers separated by commas, each from 0 to below %s", len(s.N), actionCount(s))
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i := range s.Low {
		low, high = min(low, s.Low[i]), max(high, s.High[i])
	}
	numbers := "one finite number"
	if s.Len() > 1 {
		numbers = fmt.Sprintf("%d finite numbers separated by commas, each", s.Len())
	}
	bounds := fmt.Sprintf("from %v to %v", low, high)
	switch {
	case math.IsInf(low, -1) && math.IsInf(high, 1):
		bounds = "of any size"
	case math.IsInf(low, -1):
		bounds = fmt.Sprintf("up to %v", high)
	case math.IsInf(high, 1):
		bounds = fmt.Sprintf("from %v", low)
	}
	return numbers + " " + bounds
}

// trace prints the episode of the actions, which stand in the file path, and writes it to the file
// record unless that is "". Of an episode that goes wrong nothing is recorded.
func (a *app) trace(e *envs.Environment, seed uint64, path string, actions []lineAction, record string) error {
	out := bufio.NewWriter(a.out)
	enc := json.NewEncoder(out)
	s := envs.NewSingle(e)
	obs, err := s.Reset(&seed)
	if err != nil {
		return err
	}
	if err := enc.Encode(traceStart{golden.Numbers(obs)}); err != nil {
		return err
	}
	var recording *golden.Recording
	if record != "" {
		recording, err = golden.NewRecording(e, s, seed, "paretolab "+experiments.ThisProgram().Version+" envs trace")
		if err != nil {
			return err
		}
	}
	for k, act := range actions {
		t, err := s.Step(act.action)
		if err != nil {
			if werr := out.Flush(); werr != nil {
				return werr
			}
			if errors.Is(err, envs.ErrEnded) {
				err = fmt.Errorf("the episode ended with step %d; this action and what follows it cannot be taken", k)
			}
			return usagef("%s:%d: %w", path, act.line, err)
		}
		step := traceStep{golden.Numbers(t.Observation), golden.Numbers(t.Reward), t.Terminated, t.Truncated}
		if err := enc.Encode(step); err != nil {
			return err
		}
		if recording == nil {
			continue
		}
		if err := recording.Add(act.action, t); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil || recording == nil {
		return err
	}
	return writeRecording(record, recording)
}

func writeRecording(path string, r *golden.Recording) error {
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		return err
	}
	if err := atomicfile.Write(path, b.Bytes(), 0o666); err != nil {
		return writingTo("--record", filepath.Dir(path), err)
	}
	return nil
}
