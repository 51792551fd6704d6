package export

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/experiments"
)

// ONNXEncoder is a policy that has a form as an ONNX model.
type ONNXEncoder interface{ EncodeONNX() ([]byte, error) }

// PolicyFile returns a policy as a file of the given format, "safetensors" (as in the run directory; some
// kinds are JSON) or "onnx", and the extension of its name. The error is a *[NotExportableError] where
// the kind has no such form.
func PolicyFile(m *agents.Member, format string) (file []byte, extension string, err error) {
	if format == "onnx" {
		p, ok := m.Policy.(ONNXEncoder)
		if !ok {
			return nil, "", &NotExportableError{m.ID, m.Policy.Kind(), "ONNX"}
		}
		file, err = p.EncodeONNX()
		return file, ".onnx", err
	}
	if file, err = m.Policy.Encode(); err != nil {
		return nil, "", err
	}
	return file, experiments.PolicyExtension(file), nil
}

// Policies writes the front of every complete run as a small folder that acts without the rest of the run:
// one file per policy, as [PolicyFile] makes it, and front.csv with the value vector of each.
func Policies(runs []*experiments.Run, dir, format string) ([]string, error) {
	f := folder{dir: dir}
	for _, r := range runs {
		if r.Result == nil {
			continue
		}
		set, err := experiments.LoadPolicySet(r.Dir)
		if err != nil {
			return f.files, err
		}
		var front bytes.Buffer
		w := csv.NewWriter(&front)
		if err := w.Write(append([]string{"policy", "file"}, set.Env.Spec.ObjectiveNames()...)); err != nil {
			return f.files, err
		}
		for i := range set.Members {
			m := &set.Members[i]
			b, extension, err := PolicyFile(m, format)
			if err != nil {
				return f.files, err
			}
			if err := f.write(b, place(r), m.ID+extension); err != nil {
				return f.files, err
			}
			row := []string{m.ID, m.ID + extension}
			for _, v := range m.Value.Return {
				row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
			}
			if err := w.Write(row); err != nil {
				return f.files, err
			}
		}
		w.Flush()
		if err := f.write(front.Bytes(), place(r), "front.csv"); err != nil {
			return f.files, err
		}
	}
	return f.files, nil
}
