package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/plots"
)

// renderOptions are the flags of envs render.
type renderOptions struct {
	environment   environmentOptions
	actions, out  string
	seed          uint64
	strip         bool
	frames, every int
	fps           int
	size          string
}

// randomSteps bounds an episode of random actions.
const randomSteps = 1000

func (a *app) envsRenderCommand() *cobra.Command {
	var o renderOptions
	c := &cobra.Command{
		Use:   "render ID -o FILE",
		Short: "Draw an episode as animation, picture or film strip",
		Long: `Step through an episode of given actions (file format of trace), or of random ones, and draw it:
a .gif shows all of it, a .png or .svg its last state, and an .svg with --filmstrip frames side by
side with the step and the return so far.`,
		Example: "  paretolab envs render lunar-lander-v3 --seed 1 -o episode.gif\n" +
			"  paretolab envs render deep-sea-treasure-v0 --actions actions.txt --filmstrip -o strip.svg",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE:              func(_ *cobra.Command, args []string) error { return a.render(args[0], &o) },
	}
	c.Flags().StringVarP(&o.out, "output", "o", "", "file to write: .gif, .png or .svg")
	c.Flags().StringVar(&o.actions, "actions", "", "file with one action per line; without it actions are random")
	c.Flags().Uint64Var(&o.seed, "seed", 0, "seed of the reset and of random actions, from 0")
	c.Flags().BoolVar(&o.strip, "filmstrip", false, "draw evenly spaced states side by side (.svg)")
	c.Flags().IntVar(&o.frames, "frames", 5, "states of a film strip, 2 to 20")
	c.Flags().IntVar(&o.every, "every", 1, "draw every N-th state of a .gif")
	c.Flags().IntVar(&o.fps, "fps", 10, "states per second of a .gif, 1 to 50")
	c.Flags().StringVar(&o.size, "size", "480x360", "width x height of a state in pixels (.svg: points)")
	o.environment.register(c)
	return c
}

func (a *app) render(id string, o *renderOptions) error {
	format := strings.ToLower(filepath.Ext(o.out))
	var width, height int
	switch n, err := fmt.Sscanf(o.size, "%dx%d", &width, &height); {
	case o.out == "":
		return usagef("-o FILE is missing: a .gif, .png or .svg")
	case format != ".gif" && format != ".png" && format != ".svg":
		return usagef("-o %s: write a .gif, .png or .svg", o.out)
	case o.strip && format != ".svg":
		return usagef("-o %s: a film strip is an .svg", o.out)
	case n != 2 || err != nil || min(width, height) < 32 || max(width, height) > 2000:
		return usagef("--size %s: write width x height such as 480x360, each from 32 to 2000", o.size)
	case o.frames < 2 || o.frames > 20:
		return usagef("--frames %d is outside 2 to 20", o.frames)
	case o.every < 1 || o.fps < 1 || o.fps > 50:
		return usagef("--every %d must be at least 1 and --fps %d from 1 to 50", o.every, o.fps)
	}
	e, err := o.environment.make(id)
	if err != nil {
		return err
	}
	var actions []lineAction
	if o.actions != "" {
		if actions, err = a.readActions(o.actions, &e.Spec); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(a.err, "no --actions: drawing an episode of random actions")
	}
	// Two passes over the same seeded episode: the first one counts the steps.
	steps, total, err := episode(e, o.seed, o.actions, actions, nil)
	if err != nil {
		return err
	}
	image, err := o.draw(e, actions, steps, format, width, height)
	if err != nil {
		return err
	}
	if err := os.WriteFile(o.out, image, 0o666); err != nil {
		return err
	}
	if a.json {
		return json.NewEncoder(a.out).Encode(map[string]any{"files": []string{o.out}, "steps": steps, "return": total})
	}
	return nil
}

// draw steps through the episode again and returns the bytes of its picture.
func (o *renderOptions) draw(e *envs.Environment, actions []lineAction, steps int, format string, width, height int) ([]byte, error) {
	film := plots.NewSceneFilm(width, height)
	var strip []plots.Frame
	var scene envs.Scene
	_, _, err := episode(e, o.seed, o.actions, actions, func(env envs.Env, obs []float64, t int, total []float64) {
		switch {
		case o.strip:
			count := min(o.frames, steps+1)
			if k := len(strip); k < count && t == k*steps/max(count-1, 1) {
				s := new(envs.Scene)
				envs.DrawScene(env, &e.Spec, obs, s)
				strip = append(strip, plots.Frame{Scene: s, Caption: fmt.Sprintf("step %d   return %.4g", t, total)})
			}
		case format == ".gif" && (t%o.every == 0 || t == steps):
			envs.DrawScene(env, &e.Spec, obs, &scene)
			film.Add(&scene, 100/o.fps)
		case t == steps:
			envs.DrawScene(env, &e.Spec, obs, &scene)
		}
	})
	switch {
	case err != nil:
		return nil, err
	case o.strip:
		return plots.FilmStripSVG(strip, width, height)
	case format == ".gif":
		return film.GIF()
	case format == ".png":
		return plots.ScenePNG(&scene, width, height)
	}
	return plots.SceneSVG(&scene, width, height)
}

// episode resets e and steps through the actions, or through at most randomSteps random ones, and
// shows every state. It returns the number of steps and the undiscounted return.
func episode(e *envs.Environment, seed uint64, path string, actions []lineAction,
	show func(env envs.Env, obs []float64, t int, total []float64)) (steps int, total []float64, err error) {
	s := envs.NewSingle(e)
	total = make([]float64, e.Spec.M())
	obs, err := s.Reset(&seed)
	if err != nil {
		return 0, nil, err
	}
	if show != nil {
		show(s.Env(), obs, 0, total)
	}
	random := rand.New(rand.NewPCG(seed, 1))
	for k := 0; k < len(actions) || len(actions) == 0 && k < randomSteps; k++ {
		var action []float64
		if len(actions) > 0 {
			action = actions[k].action
		} else {
			action = randomAction(&e.Spec.Action, random)
		}
		t, err := s.Step(action)
		if err != nil {
			if errors.Is(err, envs.ErrEnded) {
				err = fmt.Errorf("the episode ended with step %d; this action and what follows it cannot be taken", k)
			}
			if len(actions) > 0 {
				err = usagef("%s:%d: %w", path, actions[k].line, err)
			}
			return 0, nil, err
		}
		for j, r := range t.Reward {
			total[j] += r
		}
		if show != nil {
			show(s.Env(), t.Observation, k+1, total)
		}
		steps = k + 1
		if len(actions) == 0 && (t.Terminated || t.Truncated) {
			break
		}
	}
	return steps, total, nil
}

// randomAction draws uniformly from a space; unbounded sides count as −1 and 1.
func randomAction(s *envs.Space, random *rand.Rand) []float64 {
	action := make([]float64, s.Len())
	for i := range action {
		if s.Kind == envs.KindDiscrete {
			action[i] = float64(random.IntN(int(s.N[i])))
			continue
		}
		low, high := s.Low[i], s.High[i]
		if math.IsInf(low, 0) {
			low = -1
		}
		if math.IsInf(high, 0) {
			high = max(low+1, 1)
		}
		action[i] = low + random.Float64()*(high-low)
	}
	return action
}
