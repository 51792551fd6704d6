// Replay: policies act side by side on the same seed. The server rolls them out; the page draws.
import { set as setAddress } from "../page/address.js";
import { stream } from "../page/api.js";
import { announce } from "../page/announce.js";
import { button, h, put, select, setStyle } from "../page/dom.js";
import { duration, num, plural, words } from "../page/format.js";
import { number } from "../page/fronts.js";
import { look } from "../page/palette.js";
import { runName } from "../page/frontset.js";
import { swatch } from "../page/runbar.js";
import { drawScene } from "../canvas/scene.js";
import { returnCurves } from "./replaycurves.js";

const SPEEDS = ["0.25", "0.5", "1", "2", "4", "8"];

/** One policy's episode as it arrives. */
class Episode {
  constructor(policy, objectives, index, several) {
    Object.assign(this, { policy, m: objectives.length, steps: [], start: null, end: null, error: null });
    this.canvas = h("canvas", { role: "img", "aria-label": `${policy.policy} in ${policy.of.environment}` });
    this.stage = h("div", { class: "plot scene" }, this.canvas);
    this.caption = h("p", { class: "soft n" });
    this.numbers = h("div");
    this.details = h("details", {}, h("summary", {}, "Action and observation"), this.inner = h("div"));
    this.node = h("section", { class: "sheet stack tight" }, several ? h("h3", {}, swatch(look(index)), " ", policy.policy) : null, this.stage, this.caption, this.numbers, this.details);
    this.objectives = objectives;
  }

  /** Takes a line of the answer. */
  take(line) {
    if (line.type === "start") {
      this.start = line;
      const [x0, y0, x1, y1] = line.scene.view;
      setStyle(this.stage, { "--aspect": String((x1 - x0) / (y1 - y0)) });
      this.steps = [{ t: 0, r: new Array(this.m).fill(0), total: new Array(this.m).fill(0), discounted: new Array(this.m).fill(0), scene: line.scene, o: line.o }];
    } else if (line.type === "end") this.end = line;
    else if (line.type === "error") this.error = line.error; // of a step: what came before it stays
    else {
      const last = this.steps[this.steps.length - 1];
      const r = line.r.map(number);
      const weight = this.start.gamma ** last.t;
      this.steps.push({ ...line, r, total: r.map((v, k) => last.total[k] + v), discounted: r.map((v, k) => last.discounted[k] + weight * v) });
    }
  }

  get length() {
    return Math.max(0, this.steps.length - 1);
  }

  /** Whether no more steps come. */
  get done() {
    return Boolean(this.end || this.error);
  }

  /** What failed and where, in the words of the server; what to do about it. */
  failure(seed) {
    const { message, hint, status } = this.error;
    return h("div", { class: "error", role: "alert" },
      h("p", {}, h("strong", {}, `${this.policy.policy} of ${this.policy.of.title} was not replayed${this.start ? ` beyond step ${this.length}` : ""}`), `, seed ${seed}.`),
      h("p", {}, status ? `The server answered ${status}: ` : this.start && this.error.code ? "The server answered: " : "", message),
      hint ? h("p", { class: "soft" }, hint) : null);
  }

  /** The scene of a step; dropped ones show the one before. */
  scene(t) {
    for (let i = Math.min(t, this.length); i >= 0; i--) if (this.steps[i].scene) return this.steps[i].scene;
    return null;
  }

  /** Draws step t. */
  draw(t) {
    if (!this.start) { put(this.caption, this.error ? h("span", { class: "bad" }, "failed") : "waiting …"); return; }
    const step = this.steps[Math.min(t, this.length)];
    drawScene(this.canvas, [this.start.static, this.scene(t)], this.stage.clientWidth, this.stage.clientHeight);
    const over = this.end && t >= this.length ? (this.end.terminated ? ", over" : this.end.limit ? `, cut by the limit of ${this.end.limit}` : ", time is up") : this.error && t >= this.length ? ", then it failed" : "";
    this.caption.textContent = `step ${step.t} of ${this.done ? this.length : `${this.length} …`}, ${duration(step.t * this.start.step_time)}${over}`;
    put(this.numbers, h("table", { class: "plain" }, h("thead", {}, h("tr", {}, ["", "reward", "return", "discounted"].map((n) => h("th", { scope: "col", class: n ? "n" : "" }, n)))),
      h("tbody", {}, this.objectives.map((o, k) => h("tr", {}, h("th", { scope: "row" }, words(o.name)), [step.r[k], step.total[k], step.discounted[k]].map((v) => h("td", { class: "n" }, num(v))))))));
    if (this.details.open) this.drawDetails(step);
  }

  drawDetails(step) {
    const { action, observation_names: names = [] } = this.start;
    const acts = step.a === undefined ? "none yet" : action.kind === "discrete" ? step.a.map((a, k) => (action.sizes.length === 1 ? action.names?.[a] : `${action.names?.[k] ?? k}: ${a}`) ?? String(a)).join(", ")
      : step.a.map((a, k) => `${action.names?.[k] ?? `action ${k + 1}`} ${num(a, 3)}`).join(", ");
    put(this.inner, h("p", {}, "Action: ", acts), step.o ? h("dl", {}, step.o.slice(0, 200).map((v, k) => [h("dt", {}, names[k] ?? `observation ${k + 1}`), h("dd", { class: "n" }, num(v))])) : null);
  }
}

/**
 * The player for policies of one environment.
 * @returns {{node: HTMLElement, start: () => void, draw: () => void, dispose: () => void}}
 */
export function replay(policies, objectives, params) {
  const able = policies.filter((p) => p.replayable);
  const unable = policies.filter((p) => !p.replayable).map((p) => h("p", { class: "empty" }, `${p.policy} of ${p.of.title} cannot be replayed: ${p.why_not ?? "no file of it is kept in the run"}.`));
  if (!able.length) return { node: h("div", { class: "stack" }, unable), start() {}, draw() {}, dispose() {} };
  let seed = Number.parseInt(params.get("seed") ?? "0", 10) || 0;
  let mode = params.get("mode") ?? "deterministic";
  let speed = SPEEDS.includes(params.get("speed")) ? params.get("speed") : "1";
  let t = 0;
  let playing = false;
  let clock = 0;
  let before = 0;
  let frame = 0;
  let abort = new AbortController();
  let episodes = [];
  const stages = h("div", { class: able.length > 1 ? "even" : "stack" });
  const message = h("div");
  const curves = returnCurves(able, objectives, (to) => seek(to));
  const play = button("Play", () => setPlaying(!playing), { class: "main", "aria-keyshortcuts": "Space" });
  const scrub = h("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Step", class: "grow", on: { input: () => { const to = +scrub.value; setPlaying(false); seek(to); } } });
  const seedField = h("input", { type: "number", step: 1, min: 0, on: { change: () => { seed = Math.max(0, Math.floor(seedField.valueAsNumber || 0)); setAddress({ seed }, { replace: true }); start(); } } });
  seedField.value = seed;

  const longest = () => Math.max(0, ...episodes.map((e) => e.length));
  const failed = () => episodes.filter((e) => e.error);

  function seek(to) {
    t = Math.min(longest(), Math.max(0, to));
    clock = t;
    draw();
  }

  function setPlaying(on) {
    if (on && t >= longest() && episodes.every((e) => e.done)) { t = clock = 0; }
    playing = on;
    play.textContent = on ? "Pause" : "Play";
    before = performance.now();
    cancelAnimationFrame(frame);
    if (on) frame = requestAnimationFrame(tick);
    else draw();
  }

  function tick(now) {
    const stepTime = episodes.find((e) => e.start)?.start.step_time ?? 0.2;
    clock += (Math.max(0, now - before) / 1000 / stepTime) * +speed; // a frame may have begun before the key
    before = now;
    const last = longest();
    if (clock >= last) clock = last;
    const next = Math.floor(clock);
    if (next !== t) { t = next; draw(); }
    if (clock >= last && episodes.every((e) => e.done)) { setPlaying(false); announce(`Replay over after ${plural(last, "step")}`); return; }
    frame = requestAnimationFrame(tick);
  }

  function draw() {
    scrub.max = String(longest());
    scrub.value = String(t);
    for (const e of episodes) e.draw(t);
    curves.draw(episodes, t);
  }

  async function start() {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    setPlaying(false);
    episodes = able.map((p, i) => new Episode(p, objectives, i, able.length > 1));
    for (const e of episodes) e.details.addEventListener("toggle", () => e.draw(t));
    put(stages, episodes.map((e) => e.node));
    put(message);
    t = clock = 0;
    const queue = [...episodes];
    let drawn = 0;
    const work = async () => {
      for (let e = queue.shift(); e; e = queue.shift()) {
        try {
          await stream(`/runs/${e.policy.of.id}/policies/${encodeURIComponent(e.policy.policy)}/rollout`, { seed, mode }, (line) => {
            if (signal.aborted) return;
            e.take(line);
            if (line.type !== undefined || performance.now() - drawn > 200) { drawn = performance.now(); draw(); }
          }, signal);
          if (!e.done) e.error = { message: "The answer of the server ends before the episode does.", hint: "Is `paretolab explore` still running?" };
        } catch (error) {
          if (signal.aborted) return;
          e.error = error;
        }
        if (signal.aborted) return;
        if (e.error) put(message, failed().map((x) => x.failure(seed)), h("div", { class: "row" }, button("Try again", start)));
        draw();
      }
    };
    await Promise.all([work(), work()]);
    if (!signal.aborted && !failed().length) announce(`Replay ready: ${episodes.map((e) => plural(e.length, "step")).join(", ")}`); // alerts are read out by themselves
  }

  const steps = (by) => () => { setPlaying(false); seek(t + by); };
  const controls = h("div", { class: "row end" }, play, button("◀", steps(-1), { "aria-label": "One step back" }), button("▶", steps(1), { "aria-label": "One step on" }), scrub,
    select("Speed", SPEEDS.map((s) => [s, `${s} ×`]), speed, (v) => { speed = v; setAddress({ speed: v }, { replace: true }); }, {}, "across"));
  const settings = h("div", { class: "row end" }, h("label", { class: "field across" }, h("span", {}, "Seed"), seedField),
    select("Actions", [["deterministic", "the most likely ones"], ["sampled", "sampled"]], mode, (v) => { mode = v; setAddress({ mode: v }, { replace: true }); start(); }, {}, "across"),
    button("New seed", () => { seed += 1; seedField.value = seed; setAddress({ seed }, { replace: true }); start(); }, { class: "quiet" }));
  const node = h("section", {
    class: "stack", "aria-label": "Replay",
    on: {
      keydown: (e) => {
        if (/^(INPUT|SELECT|BUTTON|SUMMARY)$/.test(e.target.tagName) || e.ctrlKey || e.metaKey || e.altKey) return;
        const act = { " ": () => setPlaying(!playing), ArrowLeft: steps(-1), ArrowRight: steps(1), Home: () => seek(0), End: () => seek(longest()) }[e.key];
        if (act) { e.preventDefault(); act(); }
      },
    },
  }, h("div", { class: "row spread" }, h("h2", { class: "title" }, able.length > 1 ? "Replay side by side" : "Replay"), settings), unable, message,
  h("div", { class: "stack", tabindex: 0, role: "group", "aria-label": "Player: space plays, arrows step" }, stages), controls, curves.node);
  const observer = new ResizeObserver(() => draw());
  observer.observe(stages);
  return {
    node, draw, start, episodes: () => episodes,
    dispose() {
      abort.abort();
      cancelAnimationFrame(frame);
      observer.disconnect();
      curves.dispose();
    },
  };
}
