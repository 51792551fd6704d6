package experiments

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// FolderProbe is what [ProbeFolder] found out about a folder.
type FolderProbe struct {
	Free  int64         // bytes that can still be written there, -1 if unknown
	Sync  time.Duration // that a small write took until it was durable
	Locks bool          // whether a lock held by one open file keeps another out
}

// ProbeFolder tries in a folder what runs need there: it creates a file, makes it durable, renames it
// and locks it, and removes it again. A refusal of the system is a *[DiskError].
func ProbeFolder(dir string) (FolderProbe, error) {
	var d osDisk
	p := FolderProbe{Free: freeSpace(dir)}
	scratch, err := os.MkdirTemp(dir, ".paretolab-probe-")
	if err != nil {
		return p, diskError("create a folder in", dir, err)
	}
	defer os.RemoveAll(scratch)
	begun := time.Now()
	if err := writeWhole(d, filepath.Join(scratch, fileResult), make([]byte, 4096)); err != nil {
		return p, err
	}
	p.Sync = time.Since(begun)
	l, err := acquireLock(scratch)
	if err != nil {
		return p, err
	}
	defer l.release()
	_, err = acquireLock(scratch)
	var held *LockedError
	p.Locks = errors.As(err, &held)
	return p, nil
}
