// Package qd searches for many policies that behave differently: quality diversity, novelty search and
// their relatives for sparse rewards. Its nouns are those of the field: an [Archive] keeps solutions, an
// [Emitter] proposes them, a [Scheduler] takes the proposals of emitters to an archive. Between them
// there is ask and tell, so that any emitter works with any archive. All objectives are maximised.
//
// Package problems has functions to try them on; `paretolab bench qd` measures how fast they are, and BENCHMARKS.md
// tells what public code does in the same time.
//
// Everything draws from named random streams and can be saved with encoding/gob in the middle of a run.
package qd
