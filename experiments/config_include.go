package experiments

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// keyInclude names files whose values lie below those of the file that includes them. It is no part of the
// schema, since nothing is left of it once files are merged.
const keyInclude = "include"

// withIncluded takes the key include out of a file and returns the files that it names, and those that
// they name, in the order in which later ones win, the file itself last. Paths begin at the folder of the
// file that names them. open lists the files around this one.
func withIncluded(file *node, dir string, open []string, p *problems) []*node {
	var all []*node
	i := slices.IndexFunc(file.keys, func(e entry) bool { return e.key == keyInclude })
	if i < 0 {
		return []*node{file}
	}
	given := file.keys[i].value
	file.keys = slices.Delete(slices.Clone(file.keys), i, i+1)
	names := []*node{given}
	if given.kind == listNode {
		names = given.list
	}
	for _, n := range names {
		if n.kind != textNode || n.text == "" {
			p.add(n.at, "include is %s; it is a file or a list of files", n.show())
			continue
		}
		path := n.text
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, filepath.FromSlash(path))
		}
		if slices.Contains(open, path) {
			p.add(n.at, "%s includes itself: %s", n.text, strings.Join(append(open, path), " → "))
			continue
		}
		format := formats[strings.ToLower(filepath.Ext(path))]
		if format == "" {
			p.add(n.at, "include is %s; a configuration is a file .yaml, .yml, .json or .toml", n.show())
			continue
		}
		if info, err := os.Stat(path); err == nil && info.Size() > maxConfigBytes {
			p.add(n.at, "%s has %d bytes; a configuration has at most %d", path, info.Size(), maxConfigBytes)
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			p.add(n.at, "%s cannot be read: %v", path, reason(err))
			continue
		}
		if inner := parseNode(path, data, format, p); inner != nil {
			all = append(all, withIncluded(inner, filepath.Dir(path), append(open, path), p)...)
		}
	}
	return append(all, file)
}
