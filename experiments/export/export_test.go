package export_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"google.golang.org/protobuf/encoding/protowire"

	_ "github.com/paretolab/paretolab/agents/cmorl"
	"github.com/paretolab/paretolab/agents/neural"
	_ "github.com/paretolab/paretolab/agents/pql"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/export"
)

// twoRuns are short runs of two environments with different numbers of objectives.
func twoRuns(t *testing.T) []*experiments.Run {
	t.Helper()
	return execute(t, `version: 1
name: two
grid: {environments: [deep-sea-treasure-v0, resource-gathering-v0], algorithms: [{name: cmorl, settings: {rollout: 32}}]}
budget: {steps: 8_000}
`)
}

func execute(t *testing.T, text string) []*experiments.Run {
	t.Helper()
	c, err := experiments.ParseConfig("two.yaml", []byte(text), "yaml", experiments.Overrides{Out: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := experiments.Execute(context.Background(), experiments.RunOptions{Progress: experiments.ProgressOff}, c)
	if err != nil {
		t.Fatal(err)
	}
	var runs []*experiments.Run
	for _, o := range outcomes {
		runs = append(runs, o.Run)
	}
	return runs
}

func readCSV(t *testing.T, path string) (header []string, rows [][]string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%s: %d rows, %v", path, len(all), err)
	}
	return all[0], all[1:]
}

// TestLongTables: a row per evaluation, measured policy, archive member; cells are those of the files
// of the runs, and those of objectives that a run lacks are empty.
func TestLongTables(t *testing.T) {
	runs := twoRuns(t)
	dir := t.TempDir()
	files, err := export.CSV(runs, dir)
	if err != nil || len(files) != 4 {
		t.Fatalf("%v, %v", files, err)
	}
	evaluations, members, rows := 0, 0, 0
	for _, r := range runs {
		evaluations += len(r.Metrics)
		rows += len(r.Evaluations)
		members += len(r.Archive)
	}
	for name, want := range map[string]int{"metrics": evaluations, "evaluations": rows, "archives": members} {
		if _, got := readCSV(t, filepath.Join(dir, name+".csv")); len(got) != want {
			t.Errorf("%s.csv has %d rows, want %d", name, len(got), want)
		}
	}
	header, all := readCSV(t, filepath.Join(dir, "metrics.csv"))
	at := func(name string) int { return slices.Index(header, name) }
	i := 0
	for _, r := range runs {
		for _, x := range r.Metrics {
			row := all[i]
			i++
			third := ""
			if len(x.Best) > 2 {
				third = strconv.FormatFloat(x.Best[2], 'g', -1, 64)
			}
			for name, want := range map[string]string{
				"experiment": "two", "environment": r.Info.Environment.ID, "seed": "0", "steps_train": strconv.Itoa(x.StepsTrain),
				"hypervolume": strconv.FormatFloat(x.Hypervolume, 'g', -1, 64), "best_2": third,
				"cmorl.paths": strconv.FormatFloat(x.Columns["cmorl.paths"], 'g', -1, 64),
			} {
				if got := row[at(name)]; got != want {
					t.Errorf("%s, evaluation %d: %s is %q, want %q", r.Info.Environment.ID, x.Eval, name, got, want)
				}
			}
		}
	}
}

// TestParquetHoldsTheSameAsCSV, read by the library.
func TestParquetHoldsTheSameAsCSV(t *testing.T) {
	runs := twoRuns(t)
	dir := t.TempDir()
	if _, err := export.CSV(runs, dir); err != nil {
		t.Fatal(err)
	}
	files, err := export.Parquet(runs, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		header, want := readCSV(t, strings.TrimSuffix(path, ".parquet")+".csv")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		if n := f.NumRows(); n != int64(len(want)) {
			t.Fatalf("%s has %d rows, want %d", path, n, len(want))
		}
		rows := parquet.NewReader(f)
		for i := range want {
			got := map[string]any{}
			if err := rows.Read(&got); err != nil {
				t.Fatal(err)
			}
			for j, name := range header {
				if text := cell(got[name]); !equal(text, want[i][j]) {
					t.Fatalf("%s, row %d: %s is %q, want %q", filepath.Base(path), i, name, text, want[i][j])
				}
			}
		}
	}
}

func equal(a, b string) bool {
	if a == b {
		return true
	}
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err1 == nil && err2 == nil && (x == y || math.IsNaN(x) && math.IsNaN(y))
}

func cell(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case []byte:
		return string(x)
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// event is what a reader of TensorBoard finds in a record.
type event struct {
	version string
	step    uint64
	time    float64
	scalars map[string]float32
}

// readEvents reads an event file and checks the CRCs. Written from the format, not from the writer: the
// CRC-32C of nine digits is 0xe3069283 (RFC 3720, B.4), masked as crc32c.h of LevelDB does.
func readEvents(t *testing.T, file []byte) []event {
	t.Helper()
	masked := func(b []byte) uint32 {
		c := crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
		return (c>>15 | c<<17) + 0xa282ead8
	}
	if c := masked([]byte("123456789")); c != (0xe3069283>>15|0xe3069283<<17&0xffffffff)+0xa282ead8&0xffffffff {
		t.Fatalf("masked CRC %#x", c)
	}
	var all []event
	for len(file) > 0 {
		n := binary.LittleEndian.Uint64(file)
		data := file[12 : 12+n]
		if binary.LittleEndian.Uint32(file[8:]) != masked(file[:8]) || binary.LittleEndian.Uint32(file[12+n:]) != masked(data) {
			t.Fatalf("record %d: wrong CRC", len(all))
		}
		file = file[16+n:]
		e := event{scalars: map[string]float32{}}
		fields(t, data, func(id protowire.Number, number uint64, b []byte) {
			switch id {
			case 1:
				e.time = math.Float64frombits(number)
			case 2:
				e.step = number
			case 3:
				e.version = string(b)
			case 5:
				fields(t, b, func(_ protowire.Number, _ uint64, value []byte) {
					var tag string
					fields(t, value, func(id protowire.Number, number uint64, b []byte) {
						if id == 1 {
							tag = string(b)
						} else {
							e.scalars[tag] = math.Float32frombits(uint32(number))
						}
					})
				})
			}
		})
		all = append(all, e)
	}
	return all
}

func fields(t *testing.T, b []byte, each func(id protowire.Number, number uint64, bytes []byte)) {
	t.Helper()
	for len(b) > 0 {
		id, kind, n := protowire.ConsumeTag(b)
		b = b[max(n, 0):]
		var number uint64
		var content []byte
		switch kind {
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			number, n = protowire.ConsumeFixed64(b)
		case protowire.Fixed32Type:
			var x uint32
			x, n = protowire.ConsumeFixed32(b)
			number = uint64(x)
		case protowire.BytesType:
			content, n = protowire.ConsumeBytes(b)
		}
		if n < 0 {
			t.Fatal("not a protocol buffer")
		}
		b = b[n:]
		each(id, number, content)
	}
}

func TestTensorBoard(t *testing.T) {
	runs := twoRuns(t)
	files, err := export.TensorBoard(runs, t.TempDir())
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for i, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		events := readEvents(t, b)
		if events[0].version != "brain.Event:2" || len(events) != 1+len(runs[i].Metrics) {
			t.Fatalf("%s: version %q, %d events for %d evaluations", path, events[0].version, len(events), len(runs[i].Metrics))
		}
		for k, x := range runs[i].Metrics {
			e := events[1+k]
			best := "best/" + runs[i].Info.Environment.Objectives[1].Name
			if e.step != uint64(x.StepsTrain) || e.scalars["hypervolume"] != float32(x.Hypervolume) || e.scalars[best] != float32(x.Best[1]) ||
				e.scalars["cmorl/paths"] != float32(x.Columns["cmorl.paths"]) || e.time < float64(runs[i].Info.Started.Unix()) {
				t.Errorf("%s, evaluation %d: %+v", path, k, e)
			}
		}
	}
}

// TestPolicies: the exported network gives the action of the policy.
func TestPolicies(t *testing.T) {
	runs := twoRuns(t)
	for _, format := range []string{"onnx", "safetensors"} {
		dir := t.TempDir()
		files, err := export.Policies(runs, dir, format)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, r := range runs {
			want += 1 + len(r.Front())
		}
		if len(files) != want {
			t.Errorf("%s: %d files, want %d", format, len(files), want)
		}
		header, rows := readCSV(t, filepath.Join(dir, "two", filepath.Base(runs[0].Dir), "front.csv"))
		if !slices.Equal(header, []string{"policy", "file", "treasure", "time"}) || len(rows) != len(runs[0].Front()) {
			t.Errorf("%s: front.csv has the columns %v and %d rows", format, header, len(rows))
		}
		for _, row := range rows {
			b, err := os.ReadFile(filepath.Join(dir, "two", filepath.Base(runs[0].Dir), row[1]))
			if err != nil {
				t.Fatal(err)
			}
			if format == "onnx" {
				if _, act, meta, err := neural.DecodeONNX(b); err != nil || !act.Discrete || meta["environment"] != "deep-sea-treasure-v0" {
					t.Errorf("%s: %v, %+v, %v", row[1], err, act, meta)
				}
			} else if tensors, _, err := neural.DecodeSafetensors(b); err != nil || len(tensors) == 0 {
				t.Errorf("%s: %d tensors, %v", row[1], len(tensors), err)
			}
		}
	}
}

// TestTablesHaveNoONNXForm: policies that are no networks are refused with the remedy, and copied as
// they are.
func TestTablesHaveNoONNXForm(t *testing.T) {
	runs := execute(t, "version: 1\nname: two\nenvironment: deep-sea-treasure-v0\nalgorithm: pql\nsteps: 2_000\n")
	var form *export.NotExportableError
	if _, err := export.Policies(runs, t.TempDir(), "onnx"); !errors.As(err, &form) || !strings.Contains(err.Error(), "--format safetensors") {
		t.Errorf("%v", err)
	}
	files, err := export.Policies(runs, t.TempDir(), "safetensors")
	if err != nil || len(files) != 1+len(runs[0].Front()) {
		t.Errorf("%v, %v", files, err)
	}
}

// TestMLflow: names and numbers are where the file store of MLflow looks for them.
func TestMLflow(t *testing.T) {
	runs := twoRuns(t)
	dir := t.TempDir()
	files, err := export.MLflow(runs, dir)
	if err != nil {
		t.Fatal(err)
	}
	find := func(name string) string {
		i := slices.IndexFunc(files, func(f string) bool { return strings.HasSuffix(filepath.ToSlash(f), name) })
		if i < 0 {
			t.Fatalf("no file %s among %d", name, len(files))
		}
		b, err := os.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	lines := strings.Split(strings.TrimSpace(find("metrics/hypervolume")), "\n")
	last := strings.Fields(lines[len(lines)-1])
	x := runs[0].Metrics[len(runs[0].Metrics)-1]
	if len(lines) != len(runs[0].Metrics) || len(last) != 3 || last[1] != strconv.FormatFloat(x.Hypervolume, 'g', -1, 64) || last[2] != strconv.Itoa(x.StepsTrain) {
		t.Errorf("metrics/hypervolume has %d lines, the last %v", len(lines), last)
	}
	if got := find("params/algorithm/settings/update_iter"); got != "10" {
		t.Errorf("update_iter is %q", got)
	}
	if got := find(filepath.Base(filepath.Dir(files[0])) + "/meta.yaml"); !strings.Contains(got, "name: two") {
		t.Errorf("meta.yaml of the experiment:\n%s", got)
	}
}
