package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDoctor: intact runs are counted, damaged and unfinished ones are named, and the exit code says
// which it was.
func TestDoctor(t *testing.T) {
	dir, _ := runTiny(t)
	examine := func(want int) map[string]diagnosis {
		t.Helper()
		code, text, errs := invoke("doctor", dir, "--json")
		var list []diagnosis
		if err := json.Unmarshal([]byte(text), &list); code != want || err != nil {
			t.Fatalf("exit code %d, want %d, %v: %s", code, want, err, errs)
		}
		found := map[string]diagnosis{}
		for _, d := range list {
			found[d.Check] = d
		}
		return found
	}
	found := examine(exitOK)
	if d := found["runs in "+dir]; d.Status != checkFine || !strings.HasPrefix(d.Detail, "2 complete and intact, 0 incomplete, 0 failed, 0 damaged") {
		t.Errorf("of two complete runs it says %+v", d)
	}
	if d := found["folder "+dir]; d.Status == checkFault || !strings.Contains(d.Detail, "can be written") {
		t.Errorf("of a folder that can be written it says %+v", d)
	}

	run := filepath.Join(dir, "cmorl__deep-sea-treasure-v0__s0")
	if err := os.Remove(filepath.Join(run, "result.json")); err != nil {
		t.Fatal(err)
	}
	if d := examine(exitOK)["runs in "+dir]; d.Status != checkNote || !strings.Contains(d.Detail, "1 incomplete") || !strings.Contains(d.Detail, "paretolab resume") {
		t.Errorf("of an incomplete run it says %+v", d)
	}

	run = filepath.Join(dir, "cmorl__deep-sea-treasure-concave-v0__s0")
	front, err := os.OpenFile(filepath.Join(run, "front.csv"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := front.WriteString("\n"); err != nil {
		t.Fatal(err)
	}
	if err := front.Close(); err != nil {
		t.Fatal(err)
	}
	if d := examine(exitData)["run "+run]; d.Status != checkFault || !strings.Contains(d.Detail, "front.csv: it was changed after the run") {
		t.Errorf("of a changed front it says %+v", d)
	}
}

// TestDoctorOfAFolderWithoutPermission: a folder that cannot be written is a fault with the code of
// disks; what is no folder is wrong use.
func TestDoctorOfAFolderWithoutPermission(t *testing.T) {
	if code, _, errs := invoke("doctor", "none"); code != exitUsage || !strings.Contains(errs, "no directory none") {
		t.Errorf("a missing folder: exit code %d: %s", code, errs)
	}
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if code, text, _ := invoke("doctor", dir); code != exitIO || !strings.Contains(text, checkFault) {
		t.Errorf("a folder without permission: exit code %d: %s", code, text)
	}
}
