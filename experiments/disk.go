package experiments

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// disk is what a run asks of the file system. All that changes a run directory goes through it,
// so that tests can put one in its place that fails, or dies, at a chosen operation.
type disk interface {
	MkdirAll(dir string) error
	Create(path string) (file, error) // empty, whatever was there
	Append(path string) (file, error) // write position at the end
	Truncate(path string, size int64) error
	Rename(from, to string) error
	Remove(path string) error
	SyncDir(dir string) error // makes creations and renames in dir durable
}

type file interface {
	io.Writer
	Sync() error
	Close() error
}

// osDisk is the real file system.
type osDisk struct{}

func (osDisk) MkdirAll(dir string) error { return os.MkdirAll(dir, 0o777) }
func (osDisk) Create(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
}
func (osDisk) Append(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o666)
}
func (osDisk) Truncate(path string, size int64) error { return os.Truncate(path, size) }
func (osDisk) Rename(from, to string) error           { return os.Rename(from, to) }
func (osDisk) Remove(path string) error               { return os.Remove(path) }
func (osDisk) SyncDir(dir string) error               { return syncDirectory(dir) }

// DiskError is a file operation that the system refused: no space, no permission, a broken disk.
type DiskError struct {
	Op   string // "write", "sync", "rename", ...
	Path string
	Free int64 // bytes left on the file system, -1 if unknown
	Err  error
}

func (e *DiskError) Error() string {
	cause := e.Err
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(cause, &pathErr):
		cause = pathErr.Err
	case errors.As(cause, &linkErr):
		cause = linkErr.Err
	}
	s := fmt.Sprintf("%s %s: %v", e.Op, e.Path, cause)
	switch {
	case errors.Is(e.Err, fs.ErrPermission), errors.Is(e.Err, syscall.EROFS):
		s += "; choose a folder that you may write to, with --out"
	case e.Free >= 0:
		s += fmt.Sprintf(" (%s free on this file system)", byteCount(e.Free))
	}
	return s
}

func (e *DiskError) Unwrap() error { return e.Err }

// diskError marks err, if it is one, with what was attempted and where.
func diskError(op, path string, err error) error {
	if err == nil {
		return nil
	}
	var done *DiskError
	if errors.As(err, &done) {
		return err
	}
	dir := filepath.Dir(path)
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return &DiskError{Op: op, Path: path, Free: freeSpace(dir), Err: err}
}

func byteCount(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1e6:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1e9:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}

// temporary is the name under which a file is written before it takes its own. A run directory
// has one writer (its lock sees to that), so the name need not be unique.
func temporary(path string) string {
	dir, base := filepath.Split(path)
	return filepath.Join(dir, "."+base+".tmp")
}

func isTemporary(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp")
}

// writeWhole replaces the file at path: whoever reads it, after whatever crash, finds the old
// content or the new one.
func writeWhole(d disk, path string, parts ...[]byte) error {
	if err := writeRenamed(d, path, parts...); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	return diskError("sync directory", dir, d.SyncDir(dir))
}

// writeRenamed is writeWhole without the last step. After several files in one directory that
// step is made once.
func writeRenamed(d disk, path string, parts ...[]byte) (err error) {
	tmp := temporary(path)
	f, err := d.Create(tmp)
	if err != nil {
		return diskError("create", path, err)
	}
	open := true
	defer func() {
		if err != nil {
			if open {
				f.Close()
			}
			d.Remove(tmp) // gives back the space; if it fails, the next attempt does it
		}
	}()
	for _, p := range parts {
		if err := write(f, path, p); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return diskError("sync", path, err)
	}
	open = false
	if err := f.Close(); err != nil {
		return diskError("close", path, err)
	}
	return diskError("rename", path, d.Rename(tmp, path))
}

// write writes all of b or returns an error.
func write(f file, path string, b []byte) error {
	n, err := f.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return diskError("write", path, err)
}
