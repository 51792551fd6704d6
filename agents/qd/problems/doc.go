// Package problems holds functions of real numbers on which algorithms of quality diversity are compared,
// and searches of them with the settings of public examples: what package qd is measured against its
// peers by.
//
// A function describes the behaviour of a solution itself, so that there is no episode and no policy.
package problems
