package cli

import (
	"fmt"
	"reflect"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

func (a *app) agentsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "agents",
		Short: "List and describe learning algorithms",
	}
	c.AddCommand(a.agentsListCommand(), a.agentsShowCommand())
	return c
}

// algorithmInfo is the --json form of an algorithm.
type algorithmInfo struct {
	ID       string          `json:"id"`
	Summary  string          `json:"summary"`
	Source   string          `json:"source"`
	Revision int             `json:"revision"`
	Presets  []agents.Preset `json:"presets"`
	Settings []settingInfo   `json:"settings,omitempty"`
	Steps    int             `json:"steps,omitempty"` // recommended budget
}

type settingInfo struct {
	Key     string `json:"key"`
	Type    string `json:"type"`
	Default any    `json:"default"`
	Range   string `json:"range,omitempty"`
	Symbol  string `json:"symbol,omitempty"`
	Doc     string `json:"doc"`
	Source  string `json:"source,omitempty"`
}

func (a *app) agentsListCommand() *cobra.Command {
	var env string
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the algorithms",
		Example: "  paretolab agents list\n  paretolab agents list --env minecart-v0",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			var list []algorithmInfo
			for _, id := range agents.IDs() {
				d, err := agents.Lookup(id)
				if err != nil {
					return err
				}
				if env != "" {
					if _, ok, err := applies(d, env); err != nil {
						return err
					} else if !ok {
						continue
					}
				}
				list = append(list, algorithmInfo{ID: d.ID, Summary: d.Summary, Source: d.Source, Revision: d.Revision, Presets: d.Presets})
			}
			if a.json {
				return a.printJSON(list)
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			for _, x := range list {
				fmt.Fprintf(w, "%s\t%s\n", x.ID, x.Summary)
			}
			return w.Flush()
		},
	}
	c.Flags().StringVar(&env, "env", "", "only those that apply to this environment")
	return c
}

// applies makes the settings of an algorithm for an environment and says whether it accepts it.
func applies(d agents.Definition, env string) (agents.Algorithm, bool, error) {
	e, err := makeEnvironment(env, nil)
	if err != nil {
		return nil, false, err
	}
	s, steps, err := d.New(e, d.Presets[0].Name)
	if err != nil {
		return nil, false, nil
	}
	return s, s.Check(e, max(steps, 1)) == nil, nil
}

func (a *app) agentsShowCommand() *cobra.Command {
	var env, preset string
	c := &cobra.Command{
		Use:     "show NAME",
		Short:   "Describe an algorithm: its settings, defaults and sources",
		Example: "  paretolab agents show cmorl --env fruit-tree-v0",
		Args:    cobra.MatchAll(needs("the NAME of an algorithm (`paretolab agents list` prints all)"), cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return agents.IDs(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			d, err := agents.Lookup(args[0])
			if err != nil {
				return withCode(exitUsage, err)
			}
			e, err := makeEnvironment(env, nil)
			if err != nil {
				return err
			}
			s, steps, err := d.New(e, preset)
			if err != nil {
				return withCode(exitUsage, err)
			}
			info := algorithmInfo{ID: d.ID, Summary: d.Summary, Source: d.Source, Revision: d.Revision, Presets: d.Presets, Steps: steps,
				Settings: settingsOf(reflect.ValueOf(s).Elem())}
			if a.json {
				return a.printJSON(info)
			}
			fmt.Fprintf(a.out, "%s (revision %d)\n%s.\n%s\n\n", info.ID, info.Revision, info.Summary, info.Source)
			for _, p := range info.Presets {
				fmt.Fprintf(a.out, "preset %s: %s\n", p.Name, p.Doc)
			}
			fmt.Fprintf(a.out, "\nsettings for %s (%d recommended steps):\n\n", env, steps)
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "setting\tdefault\trange\tmeaning")
			for _, x := range info.Settings {
				doc := x.Doc
				if x.Symbol != "" {
					doc += " (" + x.Symbol + ")"
				}
				fmt.Fprintf(w, "%s\t%v\t%s\t%s\n", x.Key, x.Default, x.Range, doc)
			}
			return w.Flush()
		},
	}
	c.Flags().StringVar(&env, "env", "deep-sea-treasure-v0", "environment for which to show the defaults")
	c.Flags().StringVar(&preset, "preset", "", "preset (default: the first)")
	return c
}

// settingsOf lists the tagged fields of a settings struct, those of embedded structs included.
func settingsOf(v reflect.Value) []settingInfo {
	var list []settingInfo
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			list = append(list, settingsOf(v.Field(i))...)
			continue
		}
		if key := f.Tag.Get("key"); key != "" {
			list = append(list, settingInfo{
				Key: key, Type: strings.ReplaceAll(f.Type.String(), "[]", "list of "), Default: v.Field(i).Interface(),
				Range: f.Tag.Get("range"), Symbol: f.Tag.Get("symbol"), Doc: f.Tag.Get("doc"), Source: f.Tag.Get("source"),
			})
		}
	}
	return list
}

// makeEnvironment configures an environment named by the user, by id or file: mistakes are exit code 2.
func makeEnvironment(id string, options map[string]any) (*envs.Environment, error) {
	e, err := envs.Open("", id, options)
	return e, withCode(exitUsage, err)
}
