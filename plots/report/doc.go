// Package report assembles the report of an experiment from its run directories: one HTML page
// that needs nothing else, the same as Markdown, figures, tables and the numbers behind them as
// files, and a script that repeats the runs.
//
// Like package plots it reads [experiments.Run] values only; nothing is trained or evaluated. Equal
// runs give equal files, wall-clock times apart, which are part of the runs.
package report
