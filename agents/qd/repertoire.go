package qd

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// repertoire is the repertoire of a search: the genomes of one policy network.
type repertoire struct {
	network Network
	ids     []int
	genomes []float64 // row-major
	spec    *envs.Spec
}

var _ agents.Repertoire = (*repertoire)(nil)

func newRepertoire(n Network, all []*Individual, spec *envs.Spec) *repertoire {
	c := &repertoire{network: n, spec: spec}
	for _, x := range all {
		c.ids, c.genomes = append(c.ids, x.ID), append(c.genomes, x.Genome...)
	}
	return c
}

// Kind implements [agents.Repertoire].
func (c *repertoire) Kind() string { return "controllers" }

// IDs implements [agents.Repertoire].
func (c *repertoire) IDs() []string {
	return texts(c.ids, func(id int) string { return memberID(&Individual{ID: id}) })
}

// Policy implements [agents.Repertoire].
func (c *repertoire) Policy(i int) (agents.Policy, error) {
	n := c.network.Genes()
	return NewController(c.network, c.genomes[i*n:][:n], c.spec)
}

// Encode implements [agents.Repertoire]: safetensors of float64 with the tensors ids (one number each) and
// genomes (one row each) and the layers in the metadata.
func (c *repertoire) Encode() ([]byte, error) {
	layers := texts(c.network.Sizes, strconv.Itoa)
	return neural.EncodeSafetensors([]neural.TensorOf[float64]{
		{Name: "ids", Shape: []int{len(c.ids)}, Data: numbers(len(c.ids), func(i int) float64 { return float64(c.ids[i]) })},
		{Name: "genomes", Shape: []int{len(c.ids), c.network.Genes()}, Data: c.genomes},
	}, map[string]string{
		"format": controllersFormat, "layers": strings.Join(layers, ","), "bias_per_unit": strconv.FormatBool(c.network.PerUnit),
	})
}

const controllersFormat = "paretolab-controllers/1"

// decodeRepertoire reads what Encode wrote.
func decodeRepertoire(b []byte, spec *envs.Spec) (*repertoire, error) {
	tensors, metadata, err := neural.DecodeSafetensorsOf[float64](b)
	if err != nil {
		return nil, fmt.Errorf("qd: repertoire: %w", err)
	}
	if f := metadata["format"]; f != controllersFormat {
		return nil, fmt.Errorf("qd: repertoire has format %q, want %s", f, controllersFormat)
	}
	c := &repertoire{spec: spec}
	for _, text := range strings.Split(metadata["layers"], ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1<<16 {
			return nil, fmt.Errorf("qd: repertoire: layers are %q", metadata["layers"])
		}
		c.network.Sizes = append(c.network.Sizes, n)
	}
	c.network.PerUnit = metadata["bias_per_unit"] == "true"
	for _, t := range tensors {
		switch t.Name {
		case "ids":
			for _, x := range t.Data {
				c.ids = append(c.ids, int(x))
			}
		case "genomes":
			c.genomes = t.Data
		}
	}
	if len(c.network.Sizes) < 2 || len(c.ids) == 0 || len(c.genomes) != len(c.ids)*c.network.Genes() {
		return nil, fmt.Errorf("qd: repertoire: %d ids and %d genes do not fit layers %v; take the file that the run wrote", len(c.ids), len(c.genomes), c.network.Sizes)
	}
	if sorted := slices.Sorted(slices.Values(c.ids)); len(slices.Compact(sorted)) != len(c.ids) {
		return nil, errors.New("qd: repertoire: an id stands there twice")
	}
	_, err = c.Policy(0) // the layers fit the spaces
	return c, err
}

func init() {
	agents.RegisterRepertoire("controllers", func(b []byte, spec *envs.Spec) (agents.Repertoire, error) {
		c, err := decodeRepertoire(b, spec)
		if err != nil {
			return nil, err
		}
		return c, nil
	})
}
