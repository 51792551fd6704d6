package explorer

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/export"
	"github.com/paretolab/paretolab/plots"
)

// exportFormats are the forms in which things are taken along.
var exportFormats = map[string][]string{
	"front": export.TableFormats(), "figure": plots.Formats(), "policy": {"safetensors", "onnx"}, "policies": {"zip"},
}

type exportRequest struct {
	selection
	What   string `json:"what"`
	Format string `json:"format"`
	Rows   []struct {
		Run string `json:"run"`
		Row int    `json:"row"`
	} `json:"rows"` // of the fronts; nil: all
	Kind        string   `json:"kind"`       // of figure
	Objectives  []string `json:"objectives"` // of a figure
	Policy      string   `json:"policy"`
	CommandOnly bool     `json:"command_only"`
}

// exported is a file with the command that makes the same.
type exported struct {
	name, command string
	make          func(ctx context.Context) ([]byte, error)
}

// fileTypes are the media types of what is exported.
var fileTypes = map[string]string{
	"csv": "text/csv; charset=utf-8", "json": "application/json", "md": "text/markdown; charset=utf-8", "tex": "text/x-tex; charset=utf-8",
	"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf", "zip": "application/zip",
}

// export answers with a file, or with the command that makes it.
func (s *Server) export(w http.ResponseWriter, r *http.Request) (any, error) {
	var b exportRequest
	if err := body(w, r, &b); err != nil {
		return nil, err
	}
	ctx, done, err := s.compute(r)
	if err != nil {
		return nil, err
	}
	defer done()
	formats, ok := exportFormats[b.What]
	switch {
	case !ok:
		return nil, badInput("it is front, figure, policy or policies", "what is %q", b.What)
	case !slices.Contains(formats, b.Format):
		return nil, badInput("it is one of "+strings.Join(formats, ", "), "format is %q", b.Format)
	}
	e, err := map[string]func(context.Context, *exportRequest) (*exported, error){
		"front": s.exportFront, "figure": s.exportFigure, "policy": s.exportPolicy, "policies": s.exportPolicies,
	}[b.What](ctx, &b)
	if err != nil {
		return nil, err
	}
	if b.CommandOnly {
		return map[string]string{"filename": e.name, "command": e.command}, nil
	}
	file, err := e.make(ctx)
	if err != nil {
		return nil, err
	}
	kind, ok := fileTypes[strings.TrimPrefix(path.Ext(e.name), ".")]
	if !ok {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": e.name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(file) // fails only if the client left
	return nil, nil
}

// fileName is a name without what file systems and shells dislike.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, s)
	return strings.Trim(s[:min(len(s), 100)], ".-")
}

// exportFront is rows of fronts as a table.
func (s *Server) exportFront(ctx context.Context, b *exportRequest) (*exported, error) {
	c, err := s.choose(ctx, b.selection)
	if err != nil {
		return nil, err
	}
	rows := make([]int, 0, c.values.Len())
	for i := range c.values.Len() {
		rows = append(rows, i)
	}
	if b.Rows != nil {
		rows = rows[:0]
		for _, r := range b.Rows {
			i, err := c.find(r.Run, r.Row)
			if err != nil {
				return nil, err
			}
			rows = append(rows, i)
		}
	}
	several := len(c.fronts) > 1
	slices.SortStableFunc(rows, func(i, j int) int {
		if c.at[i].front != c.at[j].front {
			return c.at[i].front - c.at[j].front
		}
		return slices.Compare(c.values.Row(i), c.values.Row(j))
	})
	table := &export.FrontTable{Objectives: c.names}
	var names, dirs []string
	for _, f := range c.fronts {
		dirs = append(dirs, shellWord(f.run.files.Dir()))
	}
	for _, i := range rows {
		p := c.at[i]
		f := c.fronts[p.front]
		row := export.FrontRow{Policy: f.policies[p.row], Value: c.values.Row(i), StdErr: f.stderr[p.row], Episodes: f.episodes[p.row]}
		name := row.Policy
		if several {
			row.Run = path.Base(f.run.path)
			name = row.Run + ":" + row.Policy
		}
		table.Rows, names = append(table.Rows, row), append(names, shellWord(name))
	}
	command := fmt.Sprintf("paretolab policy list %s --format %s", strings.Join(dirs, " "), b.Format)
	if b.Rows != nil {
		command += " --policies " + strings.Join(names, ",")
	}
	if slices.ContainsFunc(c.fronts, func(f *front) bool { return f.at != "final" }) {
		command = "" // fronts during training are on the page alone
	}
	name := "front." + b.Format
	if !several {
		name = fileName(path.Base(c.fronts[0].run.path)) + "-front." + b.Format
	}
	return &exported{name, command, func(context.Context) ([]byte, error) { return table.Encode(b.Format) }}, nil
}

// exportFigure is a figure as `paretolab plot` draws it.
func (s *Server) exportFigure(_ context.Context, b *exportRequest) (*exported, error) {
	if !slices.ContainsFunc(plots.Kinds(), func(k plots.Kind) bool { return k.Name == b.Kind }) {
		return nil, badInput("/meta lists the figures", "there is no figure %q", b.Kind)
	}
	if len(b.Runs) == 0 || len(b.Runs) > maxRunsAtOnce {
		return nil, badInput(fmt.Sprintf("name 1 to %d", maxRunsAtOnce), "runs has %d entries", len(b.Runs))
	}
	words := []string{"paretolab plot", b.Kind}
	var chosen []*run
	for _, id := range b.Runs {
		r, err := s.index.find(id)
		if err != nil {
			return nil, err
		}
		chosen, words = append(chosen, r), append(words, shellWord(r.files.Dir()))
	}
	words = append(words, "--format", b.Format)
	if len(b.Objectives) > 0 {
		words = append(words, "--objectives", shellWord(strings.Join(b.Objectives, ",")))
	}
	return &exported{b.Kind + "." + b.Format, strings.Join(words, " "), func(ctx context.Context) ([]byte, error) {
		var runs []*experiments.Run
		for _, r := range chosen {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			loaded, err := r.files.Load()
			if err != nil {
				return nil, err
			}
			runs = append(runs, loaded)
		}
		figs, err := plots.Figures(b.Kind, runs, plots.Style{Objectives: b.Objectives})
		switch {
		case errors.Is(err, plots.ErrNotApplicable):
			return nil, badInput("choose another figure or other runs", "%v", err)
		case err != nil:
			return nil, badInput("choose other objectives or runs", "%v", err)
		case len(figs) > 1:
			return nil, badInput("choose runs of one environment", "%s makes %d figures of these runs", b.Kind, len(figs))
		}
		var out bytes.Buffer
		err = figs[0].Encode(&out, b.Format)
		return out.Bytes(), err
	}}, nil
}

// exportPolicy is a policy as a file.
func (s *Server) exportPolicy(_ context.Context, b *exportRequest) (*exported, error) {
	if len(b.Runs) != 1 {
		return nil, badInput("name one", "runs has %d entries", len(b.Runs))
	}
	r, err := s.index.find(b.Runs[0])
	if err != nil {
		return nil, err
	}
	name := fileName(b.Policy) + "." + b.Format
	command := fmt.Sprintf("paretolab policy export %s %s --format %s --out %s", shellWord(r.files.Dir()), shellWord(b.Policy), b.Format, name)
	return &exported{name, command, func(context.Context) ([]byte, error) {
		_, m, err := r.files.Policy(b.Policy)
		if err != nil {
			return nil, err
		}
		file, _, err := export.PolicyFile(m, b.Format)
		var form *export.NotExportableError
		if errors.As(err, &form) {
			return nil, badInput("take it as safetensors", "%v", err)
		}
		return file, err
	}}, nil
}

// maxZipped is the number of policies that are packed together.
const maxZipped = 500

// exportPolicies is policies as files in a zip, with front.csv.
func (s *Server) exportPolicies(ctx context.Context, b *exportRequest) (*exported, error) {
	if len(b.Runs) != 1 {
		return nil, badInput("name one", "runs has %d entries", len(b.Runs))
	}
	c, err := s.choose(ctx, b.selection)
	if err != nil {
		return nil, err
	}
	f := c.fronts[0]
	if f.at != "final" {
		return nil, badInput("choose a complete run", "only policies of the final front are stored")
	}
	var ids []string
	if b.Rows == nil {
		for i := range c.values.Len() {
			ids = append(ids, c.ref(i).Policy)
		}
	}
	for _, r := range b.Rows {
		i, err := c.find(r.Run, r.Row)
		if err != nil {
			return nil, err
		}
		ids = append(ids, c.ref(i).Policy)
	}
	if len(ids) > maxZipped {
		return nil, badInput(fmt.Sprintf("choose at most %d, or use `paretolab export`", maxZipped), "there are %d policies", len(ids))
	}
	table, err := s.exportFront(ctx, &exportRequest{selection: b.selection, Rows: b.Rows, Format: "csv"})
	if err != nil {
		return nil, err
	}
	name := fileName(path.Base(f.run.path)) + "-policies.zip"
	command := fmt.Sprintf("paretolab export %s --format safetensors", shellWord(f.run.files.Dir()))
	return &exported{name, command, func(ctx context.Context) ([]byte, error) {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		add := func(name string, b []byte) error {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write(b)
			}
			return err
		}
		csv, err := table.make(ctx)
		if err != nil {
			return nil, err
		}
		if err := add("front.csv", csv); err != nil {
			return nil, err
		}
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			file, err := f.run.files.PolicyFile(id)
			if err != nil {
				return nil, err
			}
			text, err := f.run.files.Read(filepath.Join("policies", filepath.FromSlash(file.File)))
			if err != nil {
				return nil, err
			}
			if err := add(fileName(path.Base(file.File)), text); err != nil {
				return nil, err
			}
		}
		err = z.Close()
		return out.Bytes(), err
	}}, nil
}
