// Package golden replays recorded trajectories on our environments and says how far they are from
// the recording: a measure of how true an environment is to its original. The files have the
// schema golden-v1: JSON with the original's spaces and tolerances, and episodes that hold the
// initial state, the actions, the random draws of each step and what the original returned. A
// [Recording] writes such a file of an episode of our own, marked "from_seed" where the seed stands
// in place of the draws.
package golden
