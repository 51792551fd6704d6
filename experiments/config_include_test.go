package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeFiles writes files into a new folder.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestInclude: values of included files lie below those of the file, those of later ones above those of
// earlier ones, also settings one by one; paths begin at the including file; formats mix.
func TestInclude(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"main.yaml":          "version: 1\nname: main\ninclude: [shared/base.yaml, shared/late.toml]\nalgorithm: {settings: {mode: thorough}}\nsteps: 500\n",
		"shared/base.yaml":   "include: deeper.json\nenvironment: config-chain-v0\nalgorithm: {name: config-search, settings: {beta: 0.5, update_iter: 3, mode: fast}}\nseeds: 0..4\n",
		"shared/late.toml":   "seeds = [7]\n[algorithm.settings]\nupdate_iter = 9\n",
		"shared/deeper.json": `{"description": "from below", "seeds": [1], "evaluation": {"episodes": 3}}`,
	})
	c, err := LoadConfig(filepath.Join(dir, "main.yaml"), Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	s := c.Algorithm.Settings
	if c.Name != "main" || c.Description != "from below" || c.Evaluation.Episodes != 3 || len(c.Seeds) != 1 || c.Seeds[0] != 7 ||
		s["beta"] != 0.5 || s["update_iter"] != 9 || s["mode"] != "thorough" || c.Budget.Steps != 500 {
		t.Errorf("%s", c.ResolvedYAML())
	}
	if strings.Contains(string(c.ResolvedYAML()), "include") {
		t.Error("what is resolved still includes")
	}
	again, err := ParseConfig("again.yaml", c.ResolvedYAML(), "yaml", Overrides{})
	if err != nil || string(again.ResolvedYAML()) != string(c.ResolvedYAML()) {
		t.Errorf("what is resolved is another configuration: %v", err)
	}
}

// TestBadIncludes: messages name the file and line of the mistake, wherever it is.
func TestBadIncludes(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"loop.yaml": "include: [back.yaml]\n", "back.yaml": "include: [loop.yaml]\nname: x\n",
		"wrong.yaml": "version: 1\nseeds: [a]\n", "list.yaml": "[1, 2]\n", "text.txt": "x",
	})
	for include, say := range map[string]string{
		"none.yaml":  "none.yaml cannot be read",
		"loop.yaml":  "back.yaml:1:11: loop.yaml includes itself",
		"wrong.yaml": "wrong.yaml:2:8: seeds is",
		"list.yaml":  "list.yaml:1:1: a configuration is a mapping",
		"text.txt":   "is a file .yaml",
		"[3]":        "main.yaml:2:11: include is 3; it is a file or a list of files",
		"{a: b}":     "it is a file or a list of files",
	} {
		path := filepath.Join(dir, "main.yaml")
		text := "version: 1\ninclude: " + include + "\nname: main\nenvironment: config-chain-v0\nalgorithm: config-search\nsteps: 500\n"
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadConfig(path, Overrides{}); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("include %s: %v, want %q", include, err, say)
		}
	}
}
