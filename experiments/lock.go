package experiments

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// holder is what a lock file says about the process that has it.
type holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Attempt int       `json:"attempt"` // of running the item, counted from 1
	Since   time.Time `json:"since"`
}

// LockedError means that another process works in the directory.
type LockedError struct {
	Dir    string
	Holder holder
}

func (e *LockedError) Error() string {
	who := "another process"
	if e.Holder.PID > 0 {
		who = fmt.Sprintf("process %d on %s", e.Holder.PID, e.Holder.Host)
	}
	return fmt.Sprintf("%s is being written by %s; wait for it or stop it", e.Dir, who)
}

// lock is the right to write in a run directory. It ends with the process, whatever ends that.
type lock struct {
	file    *os.File
	attempt int
}

// acquireLock takes the lock of a run directory, or returns a *LockedError.
func acquireLock(dir string) (*lock, error) {
	path := filepath.Join(dir, fileLock)
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, diskError("open", path, err)
		}
		var last holder
		b, _ := os.ReadFile(path)
		json.Unmarshal(b, &last) // written by whoever died, perhaps in part: a hint only
		ok, err := tryLock(f)
		if err != nil || !ok {
			f.Close()
			if err == nil {
				err = &LockedError{dir, last}
			}
			return nil, err
		}
		// The previous holder may have removed the file between our opening and locking it.
		if mine, err := f.Stat(); err != nil || !sameFile(path, mine) {
			f.Close()
			continue
		}
		l := &lock{f, last.Attempt + 1}
		if failed, err := reader(os.ReadFile).failure(dir); err == nil && failed.Attempt >= l.attempt {
			l.attempt = failed.Attempt + 1
		}
		return l, l.sign()
	}
}

func sameFile(path string, info fs.FileInfo) bool {
	there, err := os.Stat(path)
	return err == nil && os.SameFile(there, info)
}

// sign writes who has the lock.
func (l *lock) sign() error {
	host, _ := os.Hostname()
	b, err := json.Marshal(holder{os.Getpid(), host, l.attempt, time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	err = l.file.Truncate(0)
	if err == nil {
		_, err = l.file.WriteAt(append(b, '\n'), 0)
	}
	if err != nil {
		l.release()
		return diskError("write", l.file.Name(), err)
	}
	return nil
}

// release gives the lock back and removes its file.
func (l *lock) release() {
	// Removed while still locked; where open files cannot be removed, after.
	err := os.Remove(l.file.Name())
	l.file.Close()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		os.Remove(l.file.Name())
	}
}
