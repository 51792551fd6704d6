package explorer

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestWeightsNameTheBestPolicy: what the page recommends for a weight is the maximum computed here, also while a slider moves.
func TestWeightsNameTheBestPolicy(t *testing.T) {
	p := open(t, treasures(t))
	id, _ := p.on("deep-sea-treasure-v0")
	var front frontAnswer
	p.json("/runs/"+id+"/front", "", &front)
	best := func(w float64) string {
		utility := func(i int) float64 { return w*front.Points[i][0] + (1-w)*front.Points[i][1] }
		best := 0
		for i := range front.Points {
			if utility(i) > utility(best) {
				best = i
			}
		}
		return front.Policies[best]
	}
	const shown = `document.querySelector("main .title")?.innerText === %q`
	for _, w := range []float64{0.9, 0.5, 0.1} {
		p.goTo(fmt.Sprintf("#/weights?runs=%s&w=%v,%v&scaled=0", id, w, 1-w))
		p.wait(fmt.Sprintf(shown, best(w)))
	}
	p.wait(`document.querySelector("main canvas").width > 0`)
	ask[bool](p, `document.querySelector("input[type=range]").focus() ?? true`)
	for n := 1; n <= 80; n++ {
		p.press(kb.ArrowRight)
	}
	p.wait(`+document.querySelector("input[type=range]").value === 0.5`) // 80 steps of 0.005 from 0.1
	p.wait(fmt.Sprintf(shown, best(0.5)))
}
