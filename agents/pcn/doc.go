// Package pcn is Pareto Conditioned Networks (Reymond, Bargiacchi & Nowé: "Pareto Conditioned Networks",
// AAMAS 2022): one network that is told the return to reach and the steps to reach it in, and learns, by
// classification, to do again what its best episodes did. It is for deterministic environments, however
// large, and finds concave parts of a front too.
//
// It differs from the public code of morl-baselines in one point: under a discount, what is left to be
// reached after a reward r is (R - r)/γ, there R - r (remainder: reference).
package pcn
