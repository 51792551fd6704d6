//go:build darwin || dragonfly || freebsd || linux

package experiments

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// syncDirectory makes the entries of a directory durable.
func syncDirectory(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	err = f.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return nil // some network file systems sync directories by themselves
	}
	return err
}

// tryLock takes the advisory lock of an open file unless another process has it. The system gives
// it back when the file is closed, also by the death of the process.
func tryLock(f *os.File) (bool, error) {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOLCK):
			return true, nil // a file system without locks cannot protect, and must not prevent
		}
		return false, err
	}
}

// freeSpace is the number of bytes that a user can still write below dir, -1 if unknown.
func freeSpace(dir string) int64 {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return -1
	}
	return int64(s.Bavail) * int64(s.Bsize)
}
