package export

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/paretolab/paretolab/experiments"
)

// TensorBoard writes one event file per run, with every number of metrics.csv as a scalar over training
// steps: indicators, best/<objective>, and columns of the algorithm with a slash in place of the dot.
// Times are those of the run.
func TensorBoard(runs []*experiments.Run, dir string) ([]string, error) {
	f := folder{dir: dir}
	for _, r := range runs {
		name := fmt.Sprintf("events.out.tfevents.%010d.paretolab", r.Info.Started.Unix())
		if err := f.write(events(r), place(r), name); err != nil {
			return f.files, err
		}
	}
	return f.files, nil
}

// events is the event file of a run.
func events(r *experiments.Run) []byte {
	start := float64(r.Info.Started.Unix())
	seconds := map[int]float64{}
	for _, t := range r.Timing {
		if _, ok := seconds[t.Eval]; !ok {
			seconds[t.Eval] = t.SecondsTotal
		}
	}
	file := record(nil, eventVersion(start))
	for i := range r.Metrics {
		x := &r.Metrics[i]
		file = record(file, eventScalars(start+seconds[x.Eval], x.StepsTrain, scalars(r, x)))
	}
	return file
}

// scalar is a named number of an evaluation.
type scalar struct {
	tag   string
	value float64
}

// scalars are the numbers of an evaluation, those that are missing left out.
func scalars(r *experiments.Run, x *experiments.Metrics) []scalar {
	list := []scalar{{"hypervolume", x.Hypervolume}}
	for _, o := range []struct {
		tag   string
		value *float64
	}{{"hv_ratio", x.HVRatio}, {"eum", x.EUM}, {"eum_min", x.EUMMin}, {"mul", x.MUL}, {"igd_plus", x.IGDPlus}, {"eps_add", x.EpsAdd}} {
		if o.value != nil {
			list = append(list, scalar{o.tag, *o.value})
		}
	}
	list = append(list, scalar{"sparsity", x.Sparsity}, scalar{"cardinality", float64(x.Cardinality)})
	for j, best := range x.Best {
		list = append(list, scalar{"best/" + r.Info.Environment.Objectives[j].Name, best})
	}
	for _, name := range slices.Sorted(maps.Keys(x.Columns)) {
		list = append(list, scalar{strings.ReplaceAll(name, ".", "/"), x.Columns[name]})
	}
	return append(list, scalar{"steps/evaluation", float64(x.StepsEval)}, scalar{"steps/updates", float64(x.Updates)})
}

// Fields of the messages of tensorflow/core/util/event.proto and framework/summary.proto.
const (
	eventTime, eventStep, eventFile, eventSummary = 1, 2, 3, 5
	summaryValue                                  = 1
	valueTag, valueSimple                         = 1, 2
)

func eventVersion(time float64) []byte {
	b := appendTime(nil, time)
	b = protowire.AppendTag(b, eventFile, protowire.BytesType)
	return protowire.AppendString(b, "brain.Event:2")
}

func eventScalars(time float64, step int, list []scalar) []byte {
	var summary []byte
	for _, x := range list {
		value := protowire.AppendTag(nil, valueTag, protowire.BytesType)
		value = protowire.AppendString(value, x.tag)
		value = protowire.AppendTag(value, valueSimple, protowire.Fixed32Type)
		value = protowire.AppendFixed32(value, math.Float32bits(float32(x.value)))
		summary = protowire.AppendTag(summary, summaryValue, protowire.BytesType)
		summary = protowire.AppendBytes(summary, value)
	}
	b := appendTime(nil, time)
	b = protowire.AppendTag(b, eventStep, protowire.VarintType)
	b = protowire.AppendVarint(b, uint64(step))
	b = protowire.AppendTag(b, eventSummary, protowire.BytesType)
	return protowire.AppendBytes(b, summary)
}

func appendTime(b []byte, time float64) []byte {
	b = protowire.AppendTag(b, eventTime, protowire.Fixed64Type)
	return protowire.AppendFixed64(b, math.Float64bits(time))
}

// record appends a record of the TFRecord format: length, masked CRC-32C of the length, data, masked
// CRC-32C of the data.
func record(file, data []byte) []byte {
	var length [8]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(data)))
	file = append(file, length[:]...)
	file = binary.LittleEndian.AppendUint32(file, maskedCRC(length[:]))
	file = append(file, data...)
	return binary.LittleEndian.AppendUint32(file, maskedCRC(data))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maskedCRC is the CRC-32C, rotated and shifted by a constant so that data which hold CRCs do not
// upset it.
func maskedCRC(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}
