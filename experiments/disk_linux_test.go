package experiments

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A real full disk, where the tests may mount one.
func TestAFullDiskStopsTheRunAndRoomLetsItGoOn(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=100k"); err != nil {
		t.Skip("mounting is not allowed:", err)
	}
	defer unix.Unmount(disk, unix.MNT_DETACH)
	dir, ballast := filepath.Join(disk, "run"), filepath.Join(disk, "ballast")
	overwrite(t, ballast, make([]byte, 60_000))
	_, err := execute(context.Background(), RunOptions{Workers: 1}, []*job{testJob(dir, 1, newClimber())})
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "0 bytes free") {
		t.Fatalf("on a full disk: %v", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	complete(t, testJob(dir, 1, newClimber()), nil)
	want, _ := reference(t, 1)
	sameFiles(t, deterministic(t, dir), want)
}
