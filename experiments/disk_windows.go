package experiments

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// syncDirectory has no counterpart: NTFS journals renames by itself.
func syncDirectory(string) error { return nil }

// tryLock takes the lock of an open file unless another process has it. The system gives it back
// when the file is closed, also by the death of the process. It lies beyond the end of the file,
// so that others can read who holds it.
func tryLock(f *os.File) (bool, error) {
	beyond := windows.Overlapped{OffsetHigh: 1}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &beyond)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// freeSpace is the number of bytes that a user can still write below dir, -1 if unknown.
func freeSpace(dir string) int64 {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return -1
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return -1
	}
	return int64(free)
}
