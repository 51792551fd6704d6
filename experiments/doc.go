// Package experiments turns config files into results: it expands a configuration into items (one
// algorithm, environment, settings and seed each), runs them side by side, and writes for each a
// run directory that people, pandas and the packages above read.
//
//	config ──▶ [Config] ──▶ [Item]s ──▶ [Execute] ──▶ run directory ──▶ [LoadRun] ──▶ [Run]
//
// What a learner reports goes through its recorder into append-only tables; checkpoints hold the
// learner's state and how long those tables were. After whatever ends a process, also in the
// middle of a write, [Resume] goes on from the newest intact checkpoint, and the run ends with the
// same files, bit for bit, as one that was never interrupted. Nor do the files depend on the
// number of workers: wall-clock values live in run.json, timing.csv, parts.csv and log.jsonl alone.
//
// The format of the run directory is described in README.md.
package experiments
