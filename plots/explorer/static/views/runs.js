// Runs: all runs in one table, sorted, filtered and ticked.
import { command, dialogue, empty } from "../page/announce.js";
import { go, link, list, set } from "../page/address.js";
import { get } from "../page/api.js";
import { button, check, h, put, select } from "../page/dom.js";
import { count, duration, num, percent, plural, steps } from "../page/format.js";
import { table } from "../page/table.js";

export const STATUS = {
  running: ["▶", "accent"], complete: ["✓", "good"], failed: ["✕", "bad"], interrupted: ["‖", "warn"], unreadable: ["?", "bad"],
};

/** The state of a run: sign and word. */
export function status(text) {
  const [sign, kind] = STATUS[text] ?? ["•", ""];
  return h("span", { class: `status ${kind}` }, h("span", { "aria-hidden": "true" }, sign), text);
}

const FACETS = [["experiment", "Experiment"], ["algorithm", "Algorithm"], ["environment", "Environment"], ["status", "Status"]];

export async function show(root, params) {
  let ticked = new Set(list(params, "runs"));
  let rows = [];
  const filters = Object.fromEntries(FACETS.map(([f]) => [f, params.get(f) ?? ""]));
  let q = params.get("q") ?? "";
  let grouped = params.get("group") === "experiment";
  let sort = params.get("sort") ? { column: Math.abs(+params.get("sort")), down: params.get("sort").startsWith("-") } : null;

  const field = h("input", { type: "search", placeholder: "name, algorithm, seed …", "aria-keyshortcuts": "/" });
  field.value = q;
  const facets = h("div", { class: "row end" });
  const actions = h("div", { class: "row", role: "group", "aria-label": "Ticked runs" });
  const tables = h("div", { class: "stack" });
  const summary = h("p", { class: "soft", role: "status" });
  let made = [];
  let answer = null;

  field.addEventListener("input", () => {
    q = field.value;
    set({ q }, { replace: true });
    clearTimeout(field.timer);
    field.timer = setTimeout(load, 150);
  });

  async function load() {
    answer = await get("/runs", { q, ...filters, limit: 2000 });
    rows = answer.runs;
    drawFacets();
    draw();
  }

  function drawFacets() {
    put(facets, h("label", { class: "field search" }, h("span", {}, "Search"), field), FACETS.map(([name, label]) => {
      const values = answer.facets[name] ?? [];
      return select(label, [["", "all"], ...values.map((v) => [v.value, `${v.value} (${count(v.count)})`])], filters[name], (v) => {
        filters[name] = v;
        set({ [name]: v });
        load();
      });
    }), check("Group by experiment", grouped, (on) => { grouped = on; set({ group: on ? "experiment" : null }); draw(); }));
  }

  function draw() {
    const total = answer.total;
    summary.textContent = total === rows.length ? plural(total, "run") : `${count(rows.length)} of ${plural(total, "run")}; narrow the search to see the others`;
    const groups = grouped ? [...new Set(rows.map((r) => r.experiment))].map((e) => [e, rows.filter((r) => r.experiment === e)]) : [["", rows]];
    made = [];
    const anyRuns = answer.facets.status?.length > 0;
    put(tables, rows.length === 0
      ? (anyRuns ? empty("No run fits. Clear the search or the filters.", button("Show all runs", () => go("runs")))
        : empty("There are no runs here yet. Train some, and they appear here by themselves:", "paretolab run experiments/configs/quickstart.yaml"))
      : groups.map(([name, part]) => {
        const t = table({ caption: name ? `Runs of ${name}` : "Runs", columns: columns(), rows: part, height: "tall", sort, selected: (r) => ticked.has(r.id), onsort: (s) => { sort = s; set({ sort: `${s.down ? "-" : ""}${s.column}` }, { replace: true }); } });
        made.push(t);
        return name ? h("section", {}, h("h2", {}, name, " ", h("span", { class: "soft" }, plural(part.length, "run"))), t.node) : t.node;
      }), trouble());
    drawActions();
  }

  function tick(id, on) {
    if (on) ticked.add(id);
    else ticked.delete(id);
    set({ runs: [...ticked] }, { replace: true });
    drawActions();
  }

  function drawActions() {
    const runs = [...ticked].join(",");
    const n = ticked.size;
    const to = (page, text, main) => button(text, () => go(page, { runs }), { class: main ? "main" : null, disabled: n === 0 });
    put(actions, h("span", { class: "soft" }, n ? `${plural(n, "run")} ticked` : "Tick runs to see them together"), to("front", "Front", true), to("compare", "Compare"), to("live", "Live"),
      n ? button("Untick all", () => { ticked = new Set(); set({ runs: null }, { replace: true }); draw(); }, { class: "quiet" }) : null);
  }

  function columns() {
    const text = (name, f, more = {}) => ({ name, value: f, ...more });
    const number = (name, f, shown = num, title) => ({ name, value: f, cell: (r) => shown(f(r)), number: true, title });
    return [
      { name: "Tick", bare: true, value: (r) => ticked.has(r.id), cell: (r) => {
        const box = h("input", { type: "checkbox", "aria-label": `Tick ${r.label} on ${r.environment}, seed ${r.seed}`, on: { change: (e) => { tick(r.id, e.target.checked); e.target.closest("tr").setAttribute("aria-selected", String(e.target.checked)); } } });
        box.checked = ticked.has(r.id);
        return box;
      } },
      text("Run", (r) => r.label, { cell: (r) => h("a", { href: link(r.status === "running" ? "live" : "front", { runs: r.id }) }, r.label) }),
      text("Environment", (r) => r.environment),
      number("Seed", (r) => r.seed, count),
      text("Status", (r) => r.status, { cell: (r) => status(r.status) }),
      number("Steps", (r) => r.steps, steps, "Training steps"),
      number("HV", (r) => r.hypervolume, num, "Hypervolume of the final front, or the last one"),
      number("of known", (r) => r.hv_ratio, (v) => (v === null || v === undefined ? "–" : percent(v, 1)), "Hypervolume as a share of that of the known front"),
      number("EUM", (r) => r.eum, num, "Expected utility over weights"),
      number("Policies", (r) => r.front_size, count, "Size of the front"),
      number("Time", (r) => r.seconds, duration),
      text("Experiment", (r) => r.experiment),
      ...(rows.every((r) => r.label.startsWith(r.algorithm)) ? [] : [text("Algorithm", (r) => r.algorithm)]),
      text("Started", (r) => r.started, { cell: (r) => h("time", { datetime: r.started, class: "n" }, String(r.started ?? "–").replace("T", " ").slice(0, 16)) }),
    ];
  }

  /** Failed and interrupted runs with the reason and what finishes them. */
  function trouble() {
    const some = rows.filter((r) => r.error || (r.resume && r.status !== "running"));
    if (!some.length) return null;
    return h("section", { class: "stack tight" }, h("h2", {}, "Unfinished"), some.slice(0, 5).map(entry),
      some.length > 5 ? h("p", {}, button(`All ${count(some.length)}`, () => dialogue("Unfinished runs", some.map(entry)))) : null);
  }

  function entry(r) {
    return h("div", { class: r.status === "failed" || r.status === "unreadable" ? "error" : "error note" },
      h("p", {}, status(r.status), ` ${r.label} on ${r.environment}, seed ${r.seed}, after ${steps(r.steps)} of ${steps(r.budget)} steps`),
      r.error ? h("p", {}, r.error) : null, r.resume ? command(r.resume) : null);
  }

  put(root, h("div", { class: "head" }, h("h1", {}, "Runs"), summary), facets, actions, tables);
  await load();
  let idle = 0;
  const timer = setInterval(async () => {
    // Often while something runs, else now and then, since runs may begin.
    if (document.hidden || (!rows.some((r) => r.status === "running") && ++idle % 5)) return;
    try {
      const fresh = await get("/runs", { q, ...filters, limit: 2000 });
      if (JSON.stringify(fresh.runs) !== JSON.stringify(answer.runs)) {
        const same = fresh.runs.length === answer.runs.length && !grouped;
        answer = fresh;
        rows = fresh.runs;
        if (same && made[0]) made[0].rows(rows); else draw();
      }
    } catch { /* the server is away: the table stays */ }
  }, 3000);
  return { dispose: () => clearInterval(timer) };
}
