package experiments

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A checkpoint file is, in this order: the magic line; the header, one line of JSON; the sections
// one after another; the SHA-256 of all that. The number in the magic line is the version.
const (
	checkpointFamily = "PLCKPT"
	checkpointMagic  = CheckpointFormat + "\n"
	checkpointSuffix = ".ckpt"
	fileLatest       = "LATEST" // name of the newest checkpoint, for people
)

// CheckpointFormat is the version of the files of checkpoints.
const CheckpointFormat = checkpointFamily + "1"

// checkpoint is the state of a run at the moment of a Record: the learner's part, which only the
// learner understands, and the recorder's.
type checkpoint struct {
	Item    string          `json:"item"`
	Kernel  string          `json:"kernel"` // class, as in [Program]; results of another differ in the last bits
	Eval    int             `json:"eval"`   // evaluations recorded so far
	Steps   int             `json:"steps"`  // training steps so far
	Offsets map[string]mark `json:"offsets"`
	Parts   []section       `json:"sections"`

	counters counters
	learner  []byte
}

// section describes a part of the file behind the header.
type section struct {
	Name   string `json:"name"`
	Length int    `json:"length"`
	CRC32C uint32 `json:"crc32c"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode returns the file.
func (c *checkpoint) encode() ([]byte, error) {
	recorder, err := json.Marshal(c.counters)
	if err != nil {
		return nil, err
	}
	c.Parts = nil
	bodies := [][]byte{recorder, c.learner}
	for i, name := range []string{"recorder", "learner"} {
		c.Parts = append(c.Parts, section{name, len(bodies[i]), crc32.Checksum(bodies[i], castagnoli)})
	}
	header, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(checkpointMagic)+len(header)+1+len(recorder)+len(c.learner)+sha256.Size)
	b = append(b, checkpointMagic...)
	b = append(append(b, header...), '\n')
	b = append(append(b, recorder...), c.learner...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// decodeCheckpoint reads what encode wrote. Every damaged bit is an ErrCorrupt, an intact file of
// a later version an ErrNewerFormat.
func decodeCheckpoint(path string, b []byte) (*checkpoint, error) {
	if len(b) < sha256.Size {
		return nil, corrupt(path, 0, "it has %d bytes only", len(b))
	}
	body, trailer := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], trailer) {
		return nil, corrupt(path, 0, "its SHA-256 is not the one at its end")
	}
	rest, ok := bytes.CutPrefix(body, []byte(checkpointMagic))
	if !ok {
		if version, ok := bytes.CutPrefix(body, []byte(checkpointFamily)); ok {
			version, _, _ = bytes.Cut(version, []byte("\n"))
			return nil, fmt.Errorf("%s is a checkpoint of version %q, this program reads version 1: %w", path, version, ErrNewerFormat)
		}
		return nil, corrupt(path, 0, "it does not begin with %q", checkpointMagic)
	}
	header, rest, _ := bytes.Cut(rest, []byte("\n"))
	c := &checkpoint{}
	if err := json.Unmarshal(header, c); err != nil {
		return nil, corrupt(path, 2, "%v", err)
	}
	for _, p := range c.Parts {
		if p.Length < 0 || p.Length > len(rest) {
			return nil, corrupt(path, 0, "section %q is cut off", p.Name)
		}
		part := rest[:p.Length]
		rest = rest[p.Length:]
		if crc32.Checksum(part, castagnoli) != p.CRC32C {
			return nil, corrupt(path, 0, "section %q is damaged", p.Name)
		}
		switch p.Name {
		case "recorder":
			if err := json.Unmarshal(part, &c.counters); err != nil {
				return nil, corrupt(path, 0, "section %q: %v", p.Name, err)
			}
		case "learner":
			c.learner = part
		}
	}
	return c, nil
}

// checkpoints is the folder of a run's checkpoints. At most keep of them stay.
type checkpoints struct {
	disk  disk
	dir   string
	keep  int
	unfit []int // found unusable by newest
}

// list returns the sequence numbers of the files, newest first.
func (s *checkpoints) list() ([]int, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var seqs []int
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), checkpointSuffix)
		if seq, err := strconv.Atoi(name); ok && err == nil {
			seqs = append(seqs, seq)
		}
	}
	slices.Sort(seqs)
	slices.Reverse(seqs)
	return seqs, err
}

func (s *checkpoints) path(seq int) string {
	return filepath.Join(s.dir, fmt.Sprintf("%06d%s", seq, checkpointSuffix))
}

// save writes a checkpoint and then removes those that are no longer kept.
func (s *checkpoints) save(c *checkpoint) error {
	b, err := c.encode()
	if err != nil {
		return err
	}
	seqs, err := s.list()
	if err != nil {
		return err
	}
	seq := 1
	if len(seqs) > 0 {
		seq = seqs[0] + 1
	}
	path := s.path(seq)
	if err := writeRenamed(s.disk, path, b); err != nil {
		return err
	}
	if err := writeRenamed(s.disk, filepath.Join(s.dir, fileLatest), []byte(filepath.Base(path)+"\n")); err != nil {
		return err
	}
	if err := s.disk.SyncDir(s.dir); err != nil {
		return diskError("sync directory", s.dir, err)
	}
	kept := 1
	for _, old := range seqs {
		if kept < s.keep && !slices.Contains(s.unfit, old) {
			kept++
			continue
		}
		if err := s.disk.Remove(s.path(old)); err != nil {
			return diskError("remove", s.path(old), err)
		}
	}
	return nil
}

// newest returns the newest checkpoint that is intact and fits the append-only files as they are,
// nil if there is none, and what is wrong with newer ones. Checkpoints of another item or a later
// version are an error: going on from them would be wrong.
func (s *checkpoints) newest(item, runDir string) (c *checkpoint, skipped []error, err error) {
	seqs, err := s.list()
	if err != nil {
		return nil, nil, err
	}
	for _, seq := range seqs {
		path := s.path(seq)
		b, err := os.ReadFile(path)
		if err == nil {
			c, err = decodeCheckpoint(path, b)
		}
		switch {
		case errors.Is(err, ErrNewerFormat):
			return nil, skipped, err
		case err == nil && c.Item != item:
			return nil, skipped, corrupt(path, 0, "it belongs to item %s, the run to item %s", c.Item, item)
		case err == nil:
			err = c.fits(runDir)
		}
		if err == nil {
			return c, skipped, nil
		}
		skipped = append(skipped, err)
		s.unfit = append(s.unfit, seq)
	}
	return nil, skipped, nil
}

// KernelError means that a run was begun with another class of numeric kernels than this program
// computes with. Its end would have the bits of neither.
type KernelError struct {
	Dir           string
	Before, Class string // of the checkpoint, of this program
}

func (e *KernelError) Error() string {
	same := "with PARETOLAB_KERNEL=generic"
	if e.Before != "generic" {
		same = "on a machine that has them (`paretolab doctor` names them)"
	}
	return fmt.Sprintf("%s was computed with %s kernels up to its checkpoint, this program computes with %s ones, whose results differ in the last bits; "+
		"continue %s, start over with --force, or go on with --allow-kernel-change, which marks the run as %s", e.Dir, e.Before, e.Class, same, KernelMixed)
}

// kernelAfter is the class of kernels of a run in dir that goes on from c, nil for its start, with
// this program. Another one than before is a *KernelError, unless that is allowed or was before.
func (c *checkpoint) kernelAfter(dir string, allow bool) (string, error) {
	class := ThisProgram().Kernel
	switch {
	case c == nil || c.Kernel == class:
		return class, nil
	case c.Kernel == KernelMixed || allow:
		return KernelMixed, nil
	}
	return "", &KernelError{dir, c.Kernel, class}
}

// fits checks that the append-only files still hold what was there when the checkpoint was made.
func (c *checkpoint) fits(runDir string) error {
	for name, m := range c.Offsets {
		if m.Bytes == 0 {
			continue
		}
		if !slices.Contains(appendOnly, name) {
			return corrupt(filepath.Join(runDir, name), 0, "a checkpoint names it, but it is no append-only file")
		}
		a := appender{path: filepath.Join(runDir, name), sum: sha256.New()}
		if err := a.readTo(m); err != nil {
			return err
		}
	}
	return nil
}
