// Package atomicfile writes files whole: a reader sees the old content or the new, never a part.
package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Fail, if not nil, is asked before every operation ("mkdir", "create", "write", "sync", "close", "rename")
// and makes it fail with the error that it returns; of a failing write the first half happens. For tests of
// what becomes of files on a full or broken disk.
var Fail func(op, path string) error

// failure of an operation that a test asked for.
func failure(op, path string) error {
	if Fail == nil {
		return nil
	}
	return Fail(op, path)
}

// WriteInto is Write, but makes the directory of the file if it is missing.
func WriteInto(path string, data []byte, perm os.FileMode) error {
	dir := filepath.Dir(path)
	err := failure("mkdir", dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o777)
	}
	if err != nil {
		return fmt.Errorf("make directory %s: %w", dir, cause(err))
	}
	return Write(path, data, perm)
}

// Write replaces the file at path by data: temporary name in the same directory, sync, rename.
// The mode of the file is perm before umask. On error the old file, if there was one, is intact.
func Write(path string, data []byte, perm os.FileMode) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, cause(err))
		}
	}()
	f, err := create(path, perm)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err = failure("write", path); err != nil {
		f.Write(data[:len(data)/2])
		return err
	}
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = errors.Join(failure("sync", path), f.Sync()); err != nil {
		return err
	}
	if err = errors.Join(failure("close", path), f.Close()); err != nil {
		return err
	}
	if err = failure("rename", path); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// create opens a new file beside path. Unlike os.CreateTemp it honours perm and the umask, so that
// others can read a report as they can read its directory.
func create(path string, perm os.FileMode) (*os.File, error) {
	dir, base := filepath.Split(path)
	err := failure("create", path)
	if err != nil {
		return nil, err
	}
	for i := range 100 {
		var f *os.File
		name := filepath.Join(dir, fmt.Sprintf(".%s.%d-%d.tmp", base, os.Getpid(), i))
		f, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if err == nil {
			return f, nil
		}
		if !os.IsExist(err) {
			return nil, err
		}
	}
	return nil, err
}

// cause leaves out the operation and the temporary name, which tell a user nothing.
func cause(err error) error {
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
