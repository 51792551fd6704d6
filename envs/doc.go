// Package envs is the contract between an environment with vector rewards and everything that
// steps it: spaces, specifications, the registry, NumPy-compatible random numbers and vectorised
// stepping. It knows nothing of learning. The environments themselves live one floor up, one
// file each, in the family packages (envs/grid, envs/control, envs/robots, ...); importing a family
// registers its environments.
//
// An author writes an [Env]: a plain struct with Reset, Step, Observe and State. Time limits,
// batches, autoreset, final observations, checkpoints and the error checks around user input are
// added here, once for all of them:
//
//   - [Vector] steps many copies at once into memory that the caller owns (training, evaluation);
//   - [LinearReward], [ClipReward], [NormalizeReward], [RecordEpisodeStatistics] and [MaxAndSkip] wrap
//     a vector, and each other;
//   - [Single] steps one copy and turns misuse into errors (tools, tests, traces);
//   - [CheckActions] does that for the actions of a batch;
//   - [Environment.Model] gives the exact finite model where an environment has one.
//
// Ids, options and their defaults are those of MO-Gymnasium 1.3.2 and Gymnasium 1.4.0. Of the former are
// not here: mo-highway and mo-supermario, which need a simulator and an emulator of their own, and
// minecart-rgb-v0, which is minecart-v0 seen as 480 × 480 pixels (as its option image_observation). Of the
// latter, CartPole-v0 is CartPole-v1 with max_episode_steps 200.
//
// Rewards are float64 vectors, always maximised, in the order of [Spec.Objectives].
package envs
