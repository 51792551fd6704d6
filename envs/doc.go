// Package envs is the contract between an environment with vector rewards and everything that
// steps it: spaces, specifications, the registry, NumPy-compatible random numbers and vectorised
// stepping. It knows nothing of learning. The environments themselves live one floor up, one
// file each, in the family packages (envs/grid, envs/control, ...); importing a family registers
// its environments.
//
// An author writes an [Env]: a plain struct with Reset, Step, Observe and State. Time limits,
// batches, autoreset, final observations, checkpoints and the error checks around user input are
// added here, once for all of them:
//
//   - [Vector] steps many copies at once into memory that the caller owns (training, evaluation);
//   - [LinearReward], [ClipReward], [NormalizeReward], [RecordEpisodeStatistics] and [MaxAndSkip] wrap
//     a vector, and each other;
//   - [Single] steps one copy and turns misuse into errors (tools, tests, traces);
//   - [Environment.Model] gives the exact finite model where an environment has one.
//
// Rewards are float64 vectors, always maximised, in the order of [Spec.Objectives].
package envs
