//go:build !darwin && !dragonfly && !freebsd && !linux && !windows

package experiments

import "os"

// syncDirectory is left to the system.
func syncDirectory(string) error { return nil }

// tryLock does not protect on systems without a lock that dies with its process.
func tryLock(*os.File) (bool, error) { return true, nil }

// freeSpace is unknown.
func freeSpace(string) int64 { return -1 }
