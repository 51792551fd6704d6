package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExplore: the URL is printed, leads in with its token and without it nowhere, and the end of the context ends the command cleanly.
func TestExplore(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	out, printed := io.Pipe()
	a := &app{in: strings.NewReader(""), out: printed, err: io.Discard}
	ended := make(chan error, 1)
	go func() { ended <- a.explore(ctx, []string{t.TempDir()}, &exploreOptions{}) }()
	buffer := make([]byte, 200)
	n, err := out.Read(buffer)
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(string(buffer[:n]))
	if !strings.HasPrefix(url, "http://127.0.0.1:") || !strings.Contains(url, "/?token=") {
		t.Errorf("printed %q", url)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	bare, _, _ := strings.Cut(url, "?")
	for path, want := range map[string]int{url: http.StatusSeeOther, bare: http.StatusUnauthorized} {
		response, err := client.Get(path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, response.StatusCode, want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestExploreRefuses: what is wrong is said with what to do, and ends with the code of wrong use.
func TestExploreRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{filepath.Join(t.TempDir(), "none")}, "there is no directory"},
		{[]string{file}, "is a file"},
		{[]string{t.TempDir(), "--addr", "0.0.0.0:0"}, "ssh -L"},
		{[]string{t.TempDir(), "--addr", "0.0.0.0:0", "--no-token", "--insecure-http"}, "--no-token"},
		{[]string{t.TempDir(), "--addr", "nonsense"}, "HOST:PORT"},
		{[]string{t.TempDir(), "--tls-cert", file}, "go together"},
	} {
		var out, errs bytes.Buffer
		code := Main(append([]string{"explore"}, x.args...), strings.NewReader(""), &out, &errs)
		if code != exitUsage || !strings.Contains(errs.String(), x.want) || out.Len() > 0 {
			t.Errorf("explore %v: exit %d, %q %q; want %q", x.args, code, out.String(), errs.String(), x.want)
		}
	}
}

// TestPolicyList: the table of a run is its front.csv, and a selection is part of it in every form.
func TestPolicyList(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "c.yaml")
	text := "version: 1\nname: tiny\nenvironment: deep-sea-treasure-v0\nalgorithm: cmorl\nbudget: {steps: 20000}\noutput: {root: " + dir + "}\n"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := Main([]string{"run", config, "--quiet"}, strings.NewReader(""), &out, &errs); code != exitOK {
		t.Fatal(errs.String())
	}
	run := filepath.Join(dir, "tiny", "cmorl__deep-sea-treasure-v0__s0")
	list := func(args ...string) (int, string) {
		var out, errs bytes.Buffer
		code := Main(append([]string{"policy", "list", run}, args...), strings.NewReader(""), &out, &errs)
		return code, out.String() + errs.String()
	}
	want, err := os.ReadFile(filepath.Join(run, "front.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if _, got := list(); got != string(want) {
		t.Errorf("listed %q, front.csv is %q", got, want)
	}
	first, _, _ := strings.Cut(strings.Split(string(want), "\n")[1], ",")
	for format, part := range map[string]string{"csv": first + ",", "md": "| " + first + " |", "tex": first + " &", "json": `"policy": "` + first + `"`} {
		if code, got := list("--policies", first, "--format", format); code != exitOK || !strings.Contains(got, part) {
			t.Errorf("--format %s: %d %q", format, code, got)
		}
	}
	var table struct{ Policies []struct{ Policy string } }
	if _, got := list("--policies", first, "--json"); json.Unmarshal([]byte(got), &table) != nil || len(table.Policies) != 1 {
		t.Errorf("--json: %+v", table)
	}
	for _, args := range [][]string{{"--policies", "nobody"}, {"--format", "xls"}} {
		if code, got := list(args...); code != exitUsage {
			t.Errorf("%v: %d %q", args, code, got)
		}
	}
}
