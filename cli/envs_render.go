package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/atomicfile"
	"github.com/paretolab/paretolab/plots"
)

// renderOptions are the flags of envs render.
type renderOptions struct {
	environment environmentOptions
	source      episodeSource
	out         string
	step        int
	strip, bare bool
	frames      int
	every, fps  int
	size        string

	format        string // extension of out
	width, height int
}

func (a *app) envsRenderCommand() *cobra.Command {
	var o renderOptions
	c := &cobra.Command{
		Use:   "render ID -o FILE",
		Short: "Draw an episode as animation, picture or film strip",
		Long: `Step through an episode and draw it: a .gif shows all of it, a .png or .svg its last state or the
one after --step N, and an .svg with --filmstrip states side by side with the step and the return so far.

The episode is that of the actions in a file (--actions, the format of trace), or of a policy that a run
has trained (--policy), or else of random actions. --policy takes a policy RUN/policies/NAME, or the
directory RUN of a finished run together with --point N, row N of its front.csv, or with --preference, for
which the best policy is taken. NAME may also be an archived policy of a search of behaviours, as listed
in its behaviours.csv. The environment is that of the run, unless ID or --param name another one of the
same spaces.

Beside the state stand the step, the last action, its reward vector and the return, which is not
discounted; --bare leaves them out. An animation plays in the time of the environment, where its steps
have one, else five steps a second.`,
		Example: "  paretolab envs render mo-lunar-lander-v3 --seed 1 -o episode.gif\n" +
			"  paretolab envs render deep-sea-treasure-v0 --actions actions.txt --filmstrip -o strip.svg\n" +
			"  paretolab envs render minecart-v0 --policy runs/minecart/cmorl__minecart-v0__s0 --point 1 --step 20 -o cart.png",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(c *cobra.Command, args []string) error {
			o.source.read(c)
			return a.render(c.Context(), args[0], &o, c.Flags().Changed("step"))
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "file to write: .gif, .png or .svg")
	f.IntVar(&o.step, "step", 0, "end after this many steps, from 0 (default: at the end of the episode)")
	f.BoolVar(&o.strip, "filmstrip", false, "draw evenly spaced states side by side (.svg)")
	f.IntVar(&o.frames, "frames", 5, "states of a film strip, 2 to 20")
	f.IntVar(&o.every, "every", 0, "draw every N-th state of a .gif (default: as many as can be seen, about 30 a second)")
	f.IntVar(&o.fps, "fps", 0, "steps per second of a .gif, 1 to 1000 (default: the environment's)")
	f.BoolVar(&o.bare, "bare", false, "draw the state alone, without step, reward and return")
	f.StringVar(&o.size, "size", "", "width x height of a state in pixels (.svg: points; default 640x360, --bare 480x360, film strip 240x180)")
	o.source.register(c)
	o.environment.register(c)
	return c
}

// check reads the flags of the picture.
func (o *renderOptions) check() error {
	o.format = strings.ToLower(filepath.Ext(o.out))
	if o.size == "" {
		switch {
		case o.strip:
			o.size = "240x180"
		case o.bare:
			o.size = "480x360"
		default:
			o.size = "640x360"
		}
	}
	switch n, err := fmt.Sscanf(o.size+"\n", "%dx%d\n", &o.width, &o.height); {
	case o.out == "":
		return usagef("-o FILE is missing: a .gif, .png or .svg")
	case o.format != ".gif" && o.format != ".png" && o.format != ".svg":
		return usagef("-o %s: write a .gif, .png or .svg", o.out)
	case o.strip && o.format != ".svg":
		return usagef("-o %s: a film strip is an .svg", o.out)
	case n != 2 || err != nil || min(o.width, o.height) < 32 || max(o.width, o.height) > 2000:
		return usagef("--size %s: write width x height such as 480x360, each from 32 to 2000", o.size)
	case o.frames < 2 || o.frames > 20:
		return usagef("--frames %d is outside 2 to 20", o.frames)
	case o.every < 0:
		return usagef("--every %d: draw every N-th state, N at least 1", o.every)
	case o.fps < 0 || o.fps > 1000:
		return usagef("--fps %d is outside 1 to 1000", o.fps)
	case o.step < 0:
		return usagef("--step %d: steps are counted from 0", o.step)
	}
	return nil
}

func (a *app) render(ctx context.Context, id string, o *renderOptions, stop bool) error {
	if err := o.check(); err != nil {
		return err
	}
	p, err := a.openEpisode(id, o.environment, &o.source)
	if err != nil {
		return err
	}
	if stop {
		p.limit = o.step
	}
	// Two passes over the same seeded episode: the first one counts the steps.
	var last moment
	if err := p.play(ctx, func(m moment) { last = m }); err != nil {
		return a.playError(ctx, err)
	}
	if stop && last.step < o.step {
		return usagef("--step %d: the episode ended with step %d", o.step, last.step)
	}
	image, err := a.draw(ctx, p, o, last.step)
	if err != nil {
		return a.playError(ctx, err)
	}
	if err := atomicfile.Write(o.out, image, 0o666); err != nil {
		return writingTo("--output", filepath.Dir(o.out), err)
	}
	if a.json {
		return json.NewEncoder(a.out).Encode(map[string]any{
			"files": []string{o.out}, "steps": last.step, "return": last.total, "terminated": last.terminated, "truncated": last.truncated,
		})
	}
	if !a.quiet {
		fmt.Fprintf(a.err, "%s: %s, return %s\n", o.out, counted(last.step, "step", "steps"), vector(last.total, 6))
	}
	return nil
}

// playError is the error of an episode, unless it was interrupted.
func (a *app) playError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return a.stopped()
	}
	return err
}

// draw steps through an episode of so many steps and returns the bytes of its picture.
func (a *app) draw(ctx context.Context, p *episode, o *renderOptions, steps int) ([]byte, error) {
	film := plots.NewFilm(o.width, o.height)
	step := envs.StepTime(p.env())
	if o.fps > 0 {
		step = 1 / float64(o.fps)
	}
	every := o.every
	if every == 0 {
		every = stride(step, steps)
	}
	show := a.stepping("drawing", steps/every+1)
	defer show.end()
	var strip []plots.Frame
	var scene envs.Scene
	frame := plots.Frame{Scene: &scene}
	err := p.play(ctx, func(m moment) {
		switch {
		case o.strip:
			count := min(o.frames, steps+1)
			if k := len(strip); k < count && m.step == k*steps/max(count-1, 1) {
				s := new(envs.Scene)
				p.scene(m, s)
				strip = append(strip, plots.Frame{Scene: s, Caption: fmt.Sprintf("step %d\nreturn %s", m.step, vector(m.total, 4))})
			}
			return
		case m.step != steps && (o.format != ".gif" || m.step%every != 0):
			return
		}
		p.scene(m, &scene)
		if !o.bare {
			frame.Panel = p.panel(m)
		}
		if o.format == ".gif" {
			seconds := step * float64(min(every, steps-m.step))
			if m.step == steps {
				seconds = lastFrame
			}
			film.Add(frame, seconds)
			show.add()
		}
	})
	switch {
	case err != nil:
		return nil, err
	case o.strip:
		return plots.FilmStripSVG(strip, o.width, o.height)
	case o.format == ".gif":
		return film.GIF()
	case o.format == ".png":
		return frame.PNG(o.width, o.height)
	}
	return frame.SVG(o.width, o.height)
}

const (
	lastFrame   = 1.0      // seconds that the end of an animation stays
	shortFrame  = 1.0 / 31 // seconds: no more frames than about 30 in a second
	mostFrames  = 1000     // of an animation
	randomSteps = 1000     // of an episode of random actions
	policySteps = 100_000  // of an episode of a policy
)

// stride is how many steps of so many seconds a frame of an animation takes.
func stride(step float64, steps int) int {
	return max(1, int(math.Ceil(shortFrame/step)), (steps+mostFrames-1)/mostFrames)
}

// vector writes numbers in parentheses.
func vector(values []float64, digits int) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = plots.Number(v, digits)
	}
	return "(" + strings.Join(words, ", ") + ")"
}
