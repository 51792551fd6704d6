package experiments

import (
	"bytes"
	"os"
	"strconv"
)

// residentMB is the memory that the process holds, in megabytes.
func residentMB() (float64, bool) {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return milli(float64(pages) * float64(os.Getpagesize()) / 1e6), err == nil
}

// availableMB is the memory that programs can still get, in megabytes: what the system estimates, or less
// where a control group allows less.
func availableMB() (int, bool) {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	available, ok := -1, false
	for line := range bytes.Lines(b) {
		if kB, found := bytes.CutPrefix(line, []byte("MemAvailable:")); found {
			if n, err := strconv.Atoi(string(bytes.TrimSuffix(bytes.TrimSpace(kB), []byte(" kB")))); err == nil {
				available, ok = n*1024/1e6, true
			}
		}
	}
	limit, errLimit := readBytes("/sys/fs/cgroup/memory.max")
	used, errUsed := readBytes("/sys/fs/cgroup/memory.current")
	if errLimit == nil && errUsed == nil {
		if left := max(0, limit-used) / 1e6; !ok || left < available {
			available, ok = left, true
		}
	}
	return available, ok
}

// readBytes reads a file that holds one number.
func readBytes(path string) (int, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(bytes.TrimSpace(b)))
}
