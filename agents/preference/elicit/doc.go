// Package elicit finds the policy of a Pareto front that somebody likes best, by a few questions.
//
// An [Elicitor] holds the policies, [Items], and what the answers so far say of the user, a [Belief]. It proposes a
// [Question], takes an [Answer] and recommends a policy with its reasons, a [Report]. Questions are chosen by a
// [Criterion], the expected gain of information for one. A [User] answers: simulated, or a person at a terminal or
// a page. A session is written as a log of JSON Lines, from which [ReadLog] restores the identical state.
//
// Values are scaled per objective to [0, 1] over the front, so that the importance of objectives and the
// consistency β of answers mean the same for every front.
package elicit
