package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	for _, text := range []string{"old", "", "new and longer"} {
		if err := Write(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("read %q, %v, want %q", b, err, text)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files, want 1: no temporary file may stay", len(entries))
	}
}

func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "missing", "a.txt")
	if err := Write(path, nil, 0o666); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("into a missing directory: %v", err)
	}
	// A directory cannot be replaced by a file: the error comes at the rename, after the write.
	target := filepath.Join(dir, "directory")
	os.MkdirAll(filepath.Join(target, "inside"), 0o777)
	if err := Write(target, []byte("x"), 0o666); err == nil {
		t.Error("a directory was replaced")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d entries, want 1: the temporary file stays after an error", len(entries))
	}
}
