package explorer

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// page is the page application as it is embedded.
var page = os.DirFS("static")

// sources returns the paths of the page's own files with one of the extensions.
func sources(t *testing.T, extensions ...string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(page, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "vendor/") {
			return err
		}
		for _, e := range extensions {
			if path.Ext(name) == e {
				found = append(found, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("no files %v", extensions)
	}
	return found
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := fs.ReadFile(page, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestScriptsAreShort(t *testing.T) {
	for _, name := range sources(t, ".js") {
		if n := strings.Count(read(t, name), "\n"); n >= 400 {
			t.Errorf("%s has %d lines, want fewer than 400", name, n)
		}
	}
}

// What comes from a run is text: nothing on the page may take it for markup or for code.
func TestScriptsNeverTakeTextForMarkup(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\s*\(|new Function|setTimeout\(["'\x60]|srcdoc|javascript:|setAttribute\(["'](style|on\w+)["']`)
	for _, name := range sources(t, ".js") {
		for i, line := range strings.Split(read(t, name), "\n") {
			if found := forbidden.FindString(line); found != "" {
				t.Errorf("%s:%d: %s", name, i+1, found)
			}
		}
	}
}

// The content security policy drops inline styles and scripts, and nothing may come from the network.
func TestDocumentObeysItsPolicy(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)\sstyle\s*=|<style|\son\w+\s*=|<script(>|[^>]*[^c]>[^<])|https?://|//[a-z]+\.`)
	namespace := `http://www.w3.org/2000/svg`
	for _, name := range sources(t, ".html", ".svg") {
		text := strings.ReplaceAll(read(t, name), namespace, "")
		if found := forbidden.FindString(text); found != "" {
			t.Errorf("%s: %q", name, found)
		}
	}
	network := regexp.MustCompile(`(?i)@import|url\(|https?://`)
	for _, name := range sources(t, ".css") {
		if found := network.FindString(read(t, name)); found != "" {
			t.Errorf("%s: %q", name, found)
		}
	}
	for _, name := range sources(t, ".js") {
		text := strings.ReplaceAll(read(t, name), namespace, "")
		if found := regexp.MustCompile(`https?://`).FindString(text); found != "" {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// What is shown first is small.
func TestFirstPaintIsSmall(t *testing.T) {
	n := 0
	for _, name := range sources(t, ".html", ".css") {
		n += len(read(t, name))
	}
	if n >= 30_000 {
		t.Errorf("HTML and CSS have %d bytes, want fewer than 30,000", n)
	}
}

// Every module that is imported exists, and every module is imported by one.
func TestModulesFitTogether(t *testing.T) {
	imports := regexp.MustCompile(`(?:from|import\()\s*["']([^"']+)["']`)
	used := map[string]bool{"app.js": true}
	for _, name := range sources(t, ".js") {
		for _, m := range imports.FindAllStringSubmatch(read(t, name), -1) {
			target := path.Join(path.Dir(name), m[1])
			used[target] = true
			_, err := fs.Stat(page, target)
			if _, packed := fs.Stat(page, target+".gz"); err != nil && packed != nil {
				t.Errorf("%s imports %s, which does not exist", name, m[1])
			}
		}
	}
	for _, name := range sources(t, ".js") {
		if !used[name] {
			t.Errorf("no module imports %s", name)
		}
	}
}

// Files of others are listed with version, licence and hashes, and are what they are said to be.
func TestVendoredFiles(t *testing.T) {
	var entries []struct {
		Name, Version, File, Licence, Source string
		SHA256                               string `json:"sha256"`
		Unpacked                             string `json:"sha256_unpacked"`
	}
	if err := json.Unmarshal([]byte(read(t, "vendor/VENDOR.json")), &entries); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"VENDOR.json": true, "LICENCES.txt": true}
	for _, e := range entries {
		listed[e.File] = true
		if e.Name == "" || e.Version == "" || e.Licence == "" || e.Source == "" {
			t.Errorf("%s: name, version, licence or source is missing", e.File)
		}
		packed := []byte(read(t, "vendor/"+e.File))
		if got := hash(packed); got != e.SHA256 {
			t.Errorf("%s has SHA-256 %s, listed is %s", e.File, got, e.SHA256)
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		unpacked, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if got := hash(unpacked); got != e.Unpacked {
			t.Errorf("%s unpacked has SHA-256 %s, listed is %s", e.File, got, e.Unpacked)
		}
	}
	present, err := fs.ReadDir(page, "vendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range present {
		if !listed[f.Name()] {
			t.Errorf("vendor/%s is not in VENDOR.json", f.Name())
		}
	}
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
