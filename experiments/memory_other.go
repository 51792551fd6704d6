//go:build !linux

package experiments

// residentMB is the memory that the process holds: not known here.
func residentMB() (float64, bool) { return 0, false }

// availableMB is the memory that programs can still get: not known here, so that runs are not counted
// against it.
func availableMB() (int, bool) { return 0, false }
