// The trade-offs of a policy in words and numbers.
import { number } from "../page/fronts.js";
import { button, h } from "../page/dom.js";
import { listed, num, words } from "../page/format.js";

/**
 * Neighbours, exchange rates, and which objectives must worsen to improve one.
 * @param {object} t the answer of /tradeoff @param {{objectives: Array<{name: string}>}} set
 * @param {(ref: object) => void} pick
 */
export function tradeoffs(t, set, pick) {
  return [
    h("h3", {}, "To improve"),
    h("ul", {}, t.improve.map((i) => h("li", {}, h("strong", {}, words(i.objective)), sentence(i)))),
    t.neighbours.length ? h("h3", {}, "Neighbours") : null,
    t.neighbours.map((n) => neighbour(n, set, pick)),
  ];
}

function sentence(i) {
  if (!i.possible) return ": nothing on the front has more.";
  if (!i.must_worsen?.length) return ": possible, and no single objective must worsen for it.";
  return `: ${listed(i.must_worsen.map(words))} must worsen.`;
}

function neighbour(n, set, pick) {
  const signed = (v) => (v > 0 ? `+${num(v, 3)}` : num(v, 3));
  return h("div", { class: "stack tight" }, h("div", { class: "row" }, button(n.policy, () => pick(n), { class: "quiet" })),
    h("div", {}, set.objectives.map((o, k) => {
      const d = number(n.delta[k]);
      return h("span", { class: `chip plain n ${d > 0 ? "good" : d < 0 ? "bad" : "soft"}` }, `${words(o.name)} ${signed(d)}`);
    })), rate(n, set));
}

/** The best exchange in a sentence: what one unit of a gain costs. */
function rate(n, set) {
  const gain = set.objectives.findIndex((_, k) => number(n.delta[k]) > 0);
  const loss = set.objectives.findIndex((_, k) => number(n.delta[k]) < 0);
  if (gain < 0 || loss < 0) return null;
  const r = Math.abs(number(n.rate?.[loss]?.[gain] ?? number(n.delta[loss]) / number(n.delta[gain])));
  return Number.isFinite(r) ? h("p", { class: "soft" }, `One more ${words(set.objectives[gain].name)} costs ${num(r, 3)} ${words(set.objectives[loss].name)}.`) : null;
}
