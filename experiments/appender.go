package experiments

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
)

// mark is a place in an append-only file: so many bytes, with this hash.
type mark struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// appender writes an append-only file and knows at any time how long it is and what its content
// hashes to.
type appender struct {
	disk  disk
	path  string
	file  file
	size  int64
	sum   hash.Hash
	clean bool // everything written is durable
}

// openAppender continues the file at path from the mark, cutting off what came after it; the zero
// mark begins an empty file.
func openAppender(d disk, path string, m mark) (*appender, error) {
	a := &appender{disk: d, path: path, sum: sha256.New()}
	var err error
	if m.Bytes == 0 {
		a.file, err = d.Create(path)
		return a, diskError("create", path, err)
	}
	if err := a.readTo(m); err != nil {
		return nil, err
	}
	if err := d.Truncate(path, m.Bytes); err != nil {
		return nil, diskError("truncate", path, err)
	}
	a.file, err = d.Append(path)
	return a, diskError("open", path, err)
}

// readTo checks that the file begins with what the mark describes and takes it into the hash.
func (a *appender) readTo(m mark) error {
	f, err := os.Open(a.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if a.size, err = io.CopyN(a.sum, f, m.Bytes); err != nil {
		if errors.Is(err, io.EOF) {
			return corrupt(a.path, 0, "it ends before byte %d, where the checkpoint was made", m.Bytes)
		}
		return err
	}
	if a.mark() != m {
		return corrupt(a.path, 0, "its first %d bytes are not those that the checkpoint was made after", m.Bytes)
	}
	return nil
}

// write appends b: whole lines, so that only a crash leaves a torn one.
func (a *appender) write(b []byte) error {
	a.clean = false
	if err := write(a.file, a.path, b); err != nil {
		return err
	}
	a.sum.Write(b)
	a.size += int64(len(b))
	return nil
}

// sync makes everything written durable.
func (a *appender) sync() error {
	if a.clean {
		return nil
	}
	if err := a.file.Sync(); err != nil {
		return diskError("sync", a.path, err)
	}
	a.clean = true
	return nil
}

func (a *appender) mark() mark {
	return mark{a.size, hex.EncodeToString(a.sum.Sum(nil))}
}

func (a *appender) close() error { return diskError("close", a.path, a.file.Close()) }

// wholeLines is text without a torn last line.
func wholeLines(text []byte) []byte { return text[:bytes.LastIndexByte(text, '\n')+1] }
