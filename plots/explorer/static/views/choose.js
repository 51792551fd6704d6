// Choose: questions about two policies at a time, until it is known well enough which one you like best.
import { link, set as setAddress } from "../page/address.js";
import { get, post, remove } from "../page/api.js";
import { announce, command, dialogue, empty, trouble } from "../page/announce.js";
import { button, h, put, setStyle } from "../page/dom.js";
import { count, num, plural, words } from "../page/format.js";
import { number } from "../page/fronts.js";
import { loadRuns, noRuns, runBar } from "../page/runbar.js";
import { posterior } from "./posterior.js";
import { replay } from "./replay.js";

const ANSWERS = [["left", "The left one", "1"], ["right", "The right one", "2"], ["equal", "Both alike", "3"], ["unsure", "I cannot say", "4"]];

export async function show(root, params, ids) {
  const runs = await loadRuns(ids.slice(0, 1));
  if (!runs.length) {
    await noRuns(root, "Choose", "Choose the run among whose policies you want to find the one that you like best.");
    return {};
  }
  const run = runs[0];
  let state = null;
  let busy = false;
  let player = null;
  let watching = params.get("watch") === "1";
  const head = runBar("Choose", runs, { single: true });
  const question = h("section", { class: "stack", "aria-label": "Question" });
  const belief = h("section", { class: "stack" });
  const answers = h("section", { class: "sheet stack tight" });
  const names = new Map();

  async function act(f) {
    if (busy) return;
    busy = true;
    for (const b of question.querySelectorAll("button")) b.disabled = true;
    try {
      take(await f());
    } catch (e) {
      if (e.status === 409 || e.status === 404) { await begin(); announce(e.message); } else { put(question, trouble(e), button("Try again", () => begin(true))); }
    } finally { busy = false; }
  }

  function take(s) {
    state = s;
    s.objectives.forEach((o, k) => names.set(o.name, k));
    draw();
  }

  async function begin(resume = true) {
    const id = params.get("s") ?? state?.id;
    if (resume && id) {
      try { take(await get(`/elicitation/${encodeURIComponent(id)}`)); return; } catch (e) { if (e.status !== 404) throw e; }
    }
    const s = await post("/elicitation", { runs: [run.id], at: params.get("at") ?? "final", seed: 0 });
    setAddress({ s: s.id }, { replace: true });
    take(s);
  }

  const answer = (a, aspiration) => act(() => post(`/elicitation/${state.id}/answer`, { answer: a, question: state.question.number, ...(aspiration ? { aspiration } : {}) }));
  const undo = () => act(() => post(`/elicitation/${state.id}/undo`, {}));
  const restart = () => act(async () => {
    await remove(`/elicitation/${state.id}`);
    setAddress({ s: null }, { replace: true });
    const s = await post("/elicitation", { runs: [run.id], at: params.get("at") ?? "final", seed: 0 });
    setAddress({ s: s.id }, { replace: true });
    return s;
  });

  /** Shares of the range from the nadir to the ideal. */
  const share = (k, v) => (state.ideal[k] > state.nadir[k] ? (number(v) - state.nadir[k]) / (state.ideal[k] - state.nadir[k]) : 1);

  function card(item, side, other) {
    return h("div", { class: "sheet stack tight" }, h("div", { class: "row spread" }, h("h2", {}, side), h("a", { href: link("policy", { runs: run.id, p: `${item.run}.${item.policy}` }) }, item.policy)),
      h("div", { class: "bars" }, state.objectives.map((o, k) => {
        const bar = h("i");
        setStyle(bar, { width: `${Math.max(1, 100 * Math.min(1, Math.max(0, share(k, item.value[k]))))}%` });
        const better = number(item.value[k]) > number(other.value[k]);
        return [h("span", {}, words(o.name), o.unit ? h("span", { class: "soft" }, ` (${o.unit})`) : null), h("span", { class: "meter", "aria-hidden": "true" }, bar),
          h("span", { class: "n" }, better ? h("strong", {}, num(item.value[k])) : num(item.value[k]), h("span", { class: "hidden" }, better ? ", better" : ""))];
      })));
  }

  function drawQuestion() {
    player?.dispose();
    player = null;
    const q = state.question;
    if (!q) {
      put(question, empty("There is no further question: the recommendation stands.", button("Take the last answer back", undo)));
      return;
    }
    const [left, right] = [state.items[q.left], state.items[q.right]];
    const stop = state.stop?.offered ? h("div", { class: "error note" }, h("p", {}, h("strong", {}, "You may stop here. "), state.stop.why)) : null;
    const watch = h("div");
    put(question, stop, h("h2", { class: "title" }, `Question ${count(q.number)}: which do you prefer?`),
      h("div", { class: "even" }, card(left, "Left", right), card(right, "Right", left)),
      h("div", { class: "row" }, ANSWERS.map(([a, text, key]) => button(text, () => answer(a), { class: a === "left" || a === "right" ? "main" : null, "aria-keyshortcuts": key, title: `key ${key}` })),
        button("Neither is acceptable", () => neither(left, right)), state.answers.length ? button("Take back", undo, { class: "quiet", "aria-keyshortcuts": "u" }) : null),
      h("p", { class: "soft" }, "Bars show shares of the range from the worst to the best value on the front; the better value is bold."),
      h("div", {}, button(watching ? "Hide how they behave" : "See how they behave", () => { watching = !watching; setAddress({ watch: watching ? 1 : null }, { replace: true }); drawQuestion(); }, { "aria-pressed": String(watching) })), watch);
    if (watching) watchBoth(watch, [left, right]);
  }

  async function watchBoth(box, items) {
    let details = [];
    try {
      details = await Promise.all(items.map((i) => get(`/runs/${i.run}/policies/${encodeURIComponent(i.policy)}`)));
    } catch (e) { put(box, trouble(e)); return; }
    if (!box.isConnected) return;
    player = replay(details.map((d, i) => ({ ...d, of: run, policy: d.policy, side: i })), state.objectives, new URLSearchParams());
    put(box, player.node);
    player.start();
  }

  /** Asks which level was missed. */
  function neither(left, right) {
    const close = dialogue("What is missing?", h("p", {}, "Name an objective in which both fall short, and the least that you accept. Policies below it are left out from now on."),
      state.objectives.map((o, k) => {
        const field = h("input", { type: "number", step: "any", "aria-label": `Least ${words(o.name)}` });
        const best = Math.max(number(left.value[k]), number(right.value[k]));
        field.value = +(best + 0.1 * (state.ideal[k] - best)).toPrecision(4);
        return h("div", { class: "row" }, h("span", { class: "grow" }, `${words(o.name)}: now ${num(left.value[k])} and ${num(right.value[k])}`), field,
          button("At least this", () => { close(); answer("neither", { objective: o.name, level: field.valueAsNumber }); }));
      }));
  }

  /** With many objectives, levels come first: they exclude more than a pair can. */
  function aspirations() {
    const rows = state.objectives.map((o, k) => {
      const now = state.aspirations.find((a) => a.objective === o.name);
      const field = h("input", { type: "number", step: "any", placeholder: num(state.nadir[k]), "aria-label": `Least ${words(o.name)}` });
      if (now) field.value = now.level;
      field.addEventListener("change", () => act(() => post(`/elicitation/${state.id}/aspiration`, { objective: o.name, level: Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : null })));
      return h("label", { class: "field across" }, h("span", { class: "grow" }, words(o.name), h("span", { class: "soft n" }, ` ${num(state.nadir[k], 3)} to ${num(state.ideal[k], 3)}`)), field);
    });
    const acceptable = state.items.filter((i) => i.acceptable !== false).length;
    return h("details", { class: "sheet", open: state.objectives.length > 5 && state.answers.length < 2 }, h("summary", {}, `Least acceptable levels${state.aspirations.length ? ` (${state.aspirations.length})` : ""}: ${acceptable} of ${plural(state.items.length, "policy")} left`),
      state.objectives.length > 5 ? h("p", {}, "With so many objectives begin here: what must a policy reach at the least?") : null, h("div", { class: "stack tight" }, rows));
  }

  function drawAnswers() {
    const name = (i) => state.items[i].policy;
    const text = (a) => (a.aspiration ? `at least ${num(a.aspiration.level)} ${words(a.aspiration.objective)}` : {
      left: `${name(a.left)} rather than ${name(a.right)}`, right: `${name(a.right)} rather than ${name(a.left)}`, equal: `${name(a.left)} and ${name(a.right)} alike`,
      unsure: `cannot say: ${name(a.left)} or ${name(a.right)}`, neither: `neither ${name(a.left)} nor ${name(a.right)}`,
    }[a.answer]);
    put(answers, h("h2", {}, plural(state.answers.length, "answer")),
      state.answers.length ? h("ol", {}, state.answers.map((a) => h("li", { class: state.conflict?.answers?.includes(a.number) ? "bad" : null }, text(a)))) : h("p", { class: "soft" }, "None yet."),
      h("div", { class: "row" }, state.answers.length ? button("Take back the last", undo) : null, button("Begin anew", restart, { class: "quiet" })),
      state.command ? [h("h3", {}, "The same answers on the command line"), command(state.command)] : null, state.saved ? h("p", { class: "soft" }, `Kept in ${state.saved}.`) : null);
  }

  function draw() {
    put(belief, posterior(state, run));
    drawQuestion();
    drawAnswers();
    put(levels, aspirations());
    announce(`${state.question ? `Question ${state.question.number}. ` : ""}${state.sentence ?? `Recommended: ${state.items[state.recommendation.item].policy}`}`);
  }

  const levels = h("div");
  const keys = (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) || document.getElementById("dialog").open) return;
    const a = ANSWERS.find(([, , key]) => key === e.key);
    if (a && state?.question) answer(a[0]);
    else if (e.key === "u" && state?.answers.length) undo();
  };
  document.addEventListener("keydown", keys);
  put(root, head, h("div", { class: "two" }, h("div", { class: "stack" }, question, levels, answers), belief));
  try { await begin(); } catch (e) { put(root, head, trouble(e)); }
  return {
    theme: () => draw(),
    dispose() {
      document.removeEventListener("keydown", keys);
      player?.dispose();
    },
  };
}
