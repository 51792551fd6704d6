package experiments

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/paretolab/paretolab/envs"
)

// readDescriptions replaces paths of descriptions of environments by the descriptions, so that the
// configuration, and every run of it, holds all that it needs. Relative paths begin at dir. An
// environment without a label gets the name of its file as one.
func (c *Config) readDescriptions(dir string, p *problems) {
	c.Environment.readDescription(dir, c.tree.get("environment"), p)
	list := c.tree.get("grid").get("environments")
	for i := range c.Grid.Environments {
		c.Grid.Environments[i].readDescription(dir, list.item(i), p)
	}
}

func (e *EnvironmentChoice) readDescription(dir string, n *node, p *problems) {
	id, options, file, err := envs.ReadDescription(dir, e.ID, e.Options)
	if err != nil {
		at := n.part("id")
		if !envs.IsFile(e.ID) {
			at = n.part("options")
		}
		p.add(at.position(), "%v", err)
		e.ID = "" // which was said
		return
	}
	if file == "" {
		return
	}
	if e.Label == "" {
		e.Label = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	e.ID, e.Options = id, options
	var wrong *envs.DescriptionError
	if _, err := envs.Make(id, options); errors.As(err, &wrong) {
		for _, x := range wrong.Problems {
			p.add(position{file, x.Line, x.Col}, "%s", x.Message)
		}
		e.ID = ""
	}
}
