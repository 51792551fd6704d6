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
	// Heartbeat is when the process last recorded something. It is for people: whether the lock is held
	// is known to the system, which ends it with the process.
	Heartbeat time.Time `json:"heartbeat"`
}

// LockedError means that another process works in the directory.
type LockedError struct {
	Dir    string
	Holder holder
}

func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return e.Dir + " is being written by another process; wait for it or stop it"
	}
	return fmt.Sprintf("%s is being written by process %d on %s, which last recorded something at %s; wait for it or stop it, "+
		"and if it is not there any more, remove %s", e.Dir, e.Holder.PID, e.Holder.Host, e.Holder.Heartbeat.Format(time.RFC3339), filepath.Join(e.Dir, fileLock))
}

// lock is the right to write in a run directory. It ends with the process, whatever ends that.
type lock struct {
	file *os.File
	holder
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
		now := time.Now()
		l := &lock{f, holder{PID: os.Getpid(), Attempt: last.Attempt + 1, Since: now.UTC().Truncate(time.Second)}}
		l.Host, _ = os.Hostname()
		if failed, err := reader(os.ReadFile).failure(dir); err == nil && failed.Attempt >= l.Attempt {
			l.Attempt = failed.Attempt + 1
		}
		if err := l.sign(now); err != nil {
			l.release()
			return nil, err
		}
		return l, nil
	}
}

func sameFile(path string, info fs.FileInfo) bool {
	there, err := os.Stat(path)
	return err == nil && os.SameFile(there, info)
}

// heartbeatEvery is the least time between two heartbeats.
const heartbeatEvery = 10 * time.Second

// beat says that the holder is alive.
func (l *lock) beat(now time.Time) error {
	if now.Sub(l.Heartbeat) < heartbeatEvery {
		return nil
	}
	return l.sign(now)
}

// sign writes who has the lock.
func (l *lock) sign(now time.Time) error {
	l.Heartbeat = now.UTC().Truncate(time.Second)
	b, err := json.Marshal(l.holder)
	if err != nil {
		return err
	}
	err = l.file.Truncate(0)
	if err == nil {
		_, err = l.file.WriteAt(append(b, '\n'), 0)
	}
	return diskError("write", l.file.Name(), err)
}

// release gives the lock back and removes its file, unless somebody did, and another process has one of
// that name.
func (l *lock) release() {
	mine, err := l.file.Stat()
	if err != nil || !sameFile(l.file.Name(), mine) {
		l.file.Close()
		return
	}
	// Removed while still locked; where open files cannot be removed, after.
	err = os.Remove(l.file.Name())
	l.file.Close()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		os.Remove(l.file.Name())
	}
}
