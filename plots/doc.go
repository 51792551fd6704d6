// Package plots draws the figures of a paper or a report from run directories.
//
// A figure is made from [experiments.Run] values alone: nothing is trained or evaluated here, and
// statistics are those of [experiments.Compare]. [Kinds] lists what can be drawn, [Figure] draws one figure of runs on one
// environment, [Figures] splits any set of runs into the figures it needs, and [Write] draws
// every kind that applies:
//
//	fig, err := plots.Figure("front2d", runs, plots.Style{})
//	files, err := fig.Save("figures", "deep-sea", "pdf", "png")
//
// The zero [Style] is the style of a paper: 84 mm (one column) or 174 mm (one page) wide, 8 pt
// text, 0.8 pt lines, the colours of Okabe and Ito, each with its own marker and dash so that a
// grey print can be read, no title (the caption carries it) and the legend outside the data.
// Equal runs give equal bytes in every format. [Examples] show every kind on made-up runs, [WriteGallery]
// makes a page of them.
//
// The plotters that the figures are made of, [Staircase] and [Rule], work in any gonum/plot.
package plots
