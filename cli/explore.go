package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/plots/explorer"
)

// exploreOptions are the flags of the command.
type exploreOptions struct {
	address explorer.Address
	hosts   []string
	noToken bool
	open    bool
}

func (a *app) exploreCommand() *cobra.Command {
	var o exploreOptions
	c := &cobra.Command{
		Use:   "explore [DIR...]",
		Short: "Serve a page on this machine to look at runs: fronts, policies, preferences",
		Long: `explore serves a page to look at runs, also while they train: tables and curves, fronts in linked views,
policies acting side by side, questions that find the policy you like best, comparisons, exports. Each DIR holds
runs, or is one; the default is runs. It prints a URL to open in a browser, and ends with Ctrl-C. Runs are only read.

The page is for you alone: it listens on this machine only, and the URL holds a token. To look at runs on another
machine, start explore there with --addr 127.0.0.1:8080 and forward the port from yours:

  ssh -L 8080:127.0.0.1:8080 HOST

then open the URL here. Other addresses need --addr together with --tls-cert and --tls-key, or --insecure-http.`,
		Example: `  paretolab explore
  paretolab explore runs/quickstart --open
  paretolab explore runs --addr 127.0.0.1:8080
  paretolab explore runs --addr 0.0.0.0:8443 --host lab.example.org --tls-cert cert.pem --tls-key key.pem`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(c *cobra.Command, dirs []string) error {
			if len(dirs) == 0 {
				dirs = []string{"runs"}
			}
			return a.explore(c.Context(), dirs, &o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.address.Addr, "addr", "", "HOST:PORT to listen on (default: this machine only, a free port)")
	f.StringSliceVar(&o.hosts, "host", nil, "further name of this machine that may stand in the URL; a list")
	f.BoolVar(&o.noToken, "no-token", false, "let every user of this machine in; not with addresses of other machines")
	f.StringVar(&o.address.Certificate, "tls-cert", "", "`FILE` of the certificate for https, PEM")
	f.StringVar(&o.address.Key, "tls-key", "", "`FILE` of its key, PEM")
	f.BoolVar(&o.address.InsecureHTTP, "insecure-http", false, "let other machines in without https, which anybody on the way can read")
	f.BoolVar(&o.open, "open", false, "open the page in the browser")
	_ = c.MarkFlagFilename("tls-cert") // fail only for flags that do not exist
	_ = c.MarkFlagFilename("tls-key")
	return c
}

// explore serves until the context ends.
func (a *app) explore(ctx context.Context, dirs []string, o *exploreOptions) error {
	for _, dir := range dirs {
		switch info, err := os.Stat(dir); {
		case err != nil:
			return usagef("there is no directory %s; give one that holds runs, `paretolab run` makes some", dir)
		case !info.IsDir():
			return usagef("%s is a file; give a run directory or one that holds some", dir)
		}
	}
	options := explorer.Options{Dirs: dirs, Hosts: o.hosts, State: stateFolder(), Log: log.New(io.Discard, "", 0)}
	if !o.noToken {
		options.Token = explorer.NewToken()
	}
	o.address.Token = !o.noToken
	o.address.Warn = func(text string) { fmt.Fprintln(a.err, text) }
	listeners, err := o.address.Listen()
	if err != nil {
		return usagef("%w", err)
	}
	server, err := explorer.New(options)
	if err != nil {
		for _, l := range listeners {
			l.Close()
		}
		return withCode(exitUsage, err)
	}
	defer server.Close()
	url := pageURL(listeners[0], o, options.Token)
	if err := a.printURL(url); err != nil {
		return err
	}
	if o.open {
		if err := openBrowser(url); err != nil {
			fmt.Fprintf(a.err, "no browser could be opened (%v); open the URL yourself\n", err)
		}
	}
	return server.Serve(ctx, listeners, o.address.Certificate, o.address.Key)
}

// pageURL is what is opened in a browser.
func pageURL(l net.Listener, o *exploreOptions, token string) string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if len(o.hosts) > 0 {
			host = o.hosts[0]
		}
	}
	url := "http://" + net.JoinHostPort(host, port) + "/"
	if o.address.Certificate != "" {
		url = "https" + strings.TrimPrefix(url, "http")
	}
	if token != "" {
		url += "?token=" + token
	}
	return url
}

// printURL prints the URL, for machines as an object.
func (a *app) printURL(url string) error {
	if a.json {
		return json.NewEncoder(a.out).Encode(map[string]string{"url": url})
	}
	_, err := fmt.Fprintln(a.out, url)
	if err == nil && !a.quiet {
		fmt.Fprintln(a.err, "open this in a browser; Ctrl-C ends")
	}
	return err
}

// openBrowser opens a URL in the browser of the user.
func openBrowser(url string) error {
	switch runtime.GOOS {
	case "darwin":
		return exec.Command("open", url).Start()
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", url).Start()
	}
	return exec.Command("xdg-open", url).Start()
}

// stateFolder is where this program keeps what a user did, "" if that is unknown: $XDG_STATE_HOME, else what the system has for
// such things.
func stateFolder() string {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "paretolab")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "paretolab")
	case "windows":
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "paretolab")
		}
	}
	return filepath.Join(home, ".local", "state", "paretolab")
}
