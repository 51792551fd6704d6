package explorer

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestLineage: each round shows the policies that the interface tells of it; arrows lead to those of the present round.
func TestLineage(t *testing.T) {
	p := open(t, treasures(t))
	id, _ := p.on("deep-sea-treasure-v0")
	var lineage struct {
		Rounds   []struct{ Front []string }
		Policies []struct {
			Policy, Parent string
			Round          int
			Final          bool
		}
	}
	p.json("/runs/"+id+"/lineage", "", &lineage)
	last := len(lineage.Rounds) - 1
	if last < 1 {
		t.Fatalf("the run has %d rounds", last+1)
	}
	p.goTo("#/lineage?runs=" + id)
	p.wait(`document.querySelector("main .plot canvas")?.width > 300`)
	for round := last; ; round-- {
		measured, final, seen, arrows := 0, 0, 0, 0
		color := "009E73" // what was extended
		for _, q := range lineage.Policies {
			if q.Round == 0 && slices.Contains(lineage.Rounds[round].Front, q.Policy) {
				color = firstRun // stage 1
			}
			if q.Round <= round {
				seen++
			}
			if q.Round == round {
				measured++
				if q.Parent != "" {
					arrows++
				}
				if q.Final {
					final++
				}
			}
		}
		noun := "policies"
		if measured == 1 {
			noun = "policy"
		}
		p.says(fmt.Sprintf(": %d %s measured, %d of them on the final front", measured, noun, final))
		p.wait(fmt.Sprintf(`document.querySelector("main .plot").view.seen.length === %d`, seen))
		p.painted("main .plot", color, 5)
		if arrows > 1 {
			p.painted("main .plot", sixth, 5)
		}
		p.wait(fmt.Sprintf(`[...document.querySelectorAll("main table")].find((t) => t.caption?.textContent.startsWith("Policies of ")).tBodies[0].querySelectorAll("tr:not(.gap)").length === Math.min(60, %d)`, measured))
		if round == max(0, last-2) {
			break
		}
		ask[bool](p, `document.querySelector("main input[type=range]").focus() ?? true`)
		p.press(kb.ArrowLeft)
	}
}
