// Package agents says what an algorithm is: a settings struct that trains on a [Problem] and
// hands everything it learns to a [Recorder]. It holds what algorithms share without being one:
// the registry, policies and policy sets, random streams, and the schedule that lets any number
// of workers train many policies with one and the same result.
//
// An algorithm never writes a file, draws or prints; it knows nothing of the command line.
package agents
