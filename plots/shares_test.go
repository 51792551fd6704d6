package plots_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/paretolab/paretolab/plots"
)

// Shares of two learners on two kinds of problems.
func exampleShares() []plots.Share {
	return []plots.Share{
		{"noiseless", "regret", 3, 0.5, 0.3, 0.7}, {"noiseless", "regret", 300, 1, 0.8, 1},
		{"noiseless", "partial", 3, 0.25, 0.1, 0.5}, {"noiseless", "partial", 300, 0.75, 0.5, 0.9},
		{"stochastic", "regret", 300, 0.9, 0.7, 0.97},
	}
}

func ExampleShares() {
	fig, err := plots.Shares(exampleShares(), plots.Style{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(fig.Data()))
	// Output:
	// panel,label,preferences,share,low,high
	// noiseless,regret,3,0.5,0.3,0.7
	// noiseless,regret,300,1,0.8,1
	// noiseless,partial,3,0.25,0.1,0.5
	// noiseless,partial,300,0.75,0.5,0.9
	// stochastic,regret,300,0.9,0.7,0.97
}

// TestSharesAreTheSameBytes for equal points, in every format, and need at least one point.
func TestSharesAreTheSameBytes(t *testing.T) {
	for _, format := range plots.Formats() {
		var files [2]bytes.Buffer
		for i := range files {
			fig, err := plots.Shares(exampleShares(), plots.Style{})
			if err != nil {
				t.Fatal(err)
			}
			if err := fig.Encode(&files[i], format); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
			t.Errorf("%s differs from one time to the next", format)
		}
	}
	if _, err := plots.Shares(nil, plots.Style{}); err == nil {
		t.Error("a figure without points was drawn")
	}
}
