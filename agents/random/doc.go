// Package random is the least that any learner must beat: policies that have learned nothing. Networks
// with random weights play one episode each until the steps are spent, and the best are kept.
//
// Where a front has few points and episodes are short this finds much of it, which says more about the
// environment than about those who find the rest: 200 000 steps are 30 000 episodes of the fruit tree,
// which has 64 leaves.
package random
