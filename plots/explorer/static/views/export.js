// Export: tables, figures and policies as files, each with the command that makes it.
import { list } from "../page/address.js";
import { get, post, postRaw } from "../page/api.js";
import { announce, command, trouble } from "../page/announce.js";
import { button, h, put, select } from "../page/dom.js";
import { num, plural, words } from "../page/format.js";
import { loadSet, selectionOf } from "../page/frontload.js";
import { loadRuns, noRuns, runBar } from "../page/runbar.js";
import { readState } from "./frontstate.js";

const FORMATS = { csv: "CSV table", json: "JSON", md: "Markdown table", tex: "LaTeX table", svg: "SVG", png: "PNG", pdf: "PDF", safetensors: "safetensors", onnx: "ONNX", zip: "zip archive" };

/** Asks for a file and hands it to the browser. */
async function download(body) {
  const response = await postRaw("/export", body);
  const name = /filename="?([^";]+)"?/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "export";
  const url = URL.createObjectURL(await response.blob());
  const a = h("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  announce(`${name} saved`);
}

export async function show(root, params, ids) {
  const runs = await loadRuns(ids);
  if (!runs.length) {
    await noRuns(root, "Export", "Choose the run whose front, figures or policies you want to take away.");
    return {};
  }
  const meta = await get("/meta").catch(() => ({}));
  const exports = meta.exports ?? {};
  let set;
  try { set = await loadSet(runs, params.get("at") ?? ""); } catch (e) { put(root, runBar("Export", runs), trouble(e)); return {}; }
  if (set.n) readState({ set, runs, closed: true }, params);
  const chosen = set.n && set.filtered;
  const rows = chosen ? set.selection().map((i) => ({ run: set.runOf(i).id, row: set.row[i] })) : null;
  const selection = { ...selectionOf(set, params.get("at") ?? ""), runs: runs.map((r) => r.id), ...(chosen ? { dominated: true } : {}) };

  put(root, runBar("Export", runs), chosen ? h("p", {}, `${plural(rows.length, "policy")} selected on the Front page by: `, set.words().map((c) => h("span", { class: "chip plain" }, c.text))) : h("p", { class: "soft" }, "The whole front. Conditions set on the Front page restrict what is exported here."),
    h("div", { class: "even" },
      card("Front", "Values, standard errors and names of the policies.", exports.front ?? ["csv", "json", "md", "tex"], () => ({ what: "front", ...selection, ...(rows ? { rows } : {}) })),
      figureCard(meta, exports, runs, selection, rows),
      policyCard(exports, runs, set, params),
      card("All policies of the front", "Every policy's file with a table of values.", exports.policies ?? ["zip"], () => ({ what: "policies", ...selection, ...(rows ? { rows } : {}) }))));
  return {};
}

/** A card with a choice of formats, a button and the command line. */
function card(title, what, formats, body, controls = [], start = formats[0]) {
  let format = start;
  const shown = h("div");
  const problem = h("div");
  const refresh = async () => {
    put(problem);
    try {
      const a = await post("/export", { ...body(), format, command_only: true });
      put(shown, h("h3", {}, "Command"), a.command ? command(a.command) : h("p", { class: "soft" }, "No command makes exactly this; the file does."));
    } catch (e) { put(shown, trouble(e)); }
  };
  const save = button("Save the file", async () => {
    save.disabled = true;
    put(problem);
    try { await download({ ...body(), format }); } catch (e) { put(problem, trouble(e)); } finally { save.disabled = false; }
  }, { class: "main" });
  refresh();
  const node = h("section", { class: "sheet stack tight" }, h("h2", {}, title), h("p", { class: "soft" }, what),
    h("div", { class: "row end" }, controls, formats.length > 1 ? select("Format", formats.map((f) => [f, FORMATS[f] ?? f]), format, (v) => { format = v; refresh(); }) : null, save), problem, shown);
  node.refresh = refresh;
  return node;
}

function figureCard(meta, exports, runs, selection, rows) {
  const m = runs[0].objectives.length;
  const kinds = (meta.figures ?? [{ name: m === 2 ? "front2d" : m === 3 ? "front3d" : "parallel", doc: "" }]).map((f) => [f.name, f.name, f.doc]);
  let kind = kinds.find(([name]) => name === (m === 2 ? "front2d" : m === 3 ? "front3d" : "parallel"))?.[0] ?? kinds[0][0];
  const doc = h("p", { class: "soft" });
  const say = () => { doc.textContent = kinds.find(([name]) => name === kind)?.[2] ?? ""; };
  const choice = select("Figure", kinds.map(([name]) => [name, name]), kind, (v) => { kind = v; say(); node.refresh(); });
  const node = card("Figure", "In the style of the figures for papers.", exports.figure ?? ["svg", "png"], () => ({ what: "figure", kind, ...selection, ...(rows ? { rows } : {}) }), [choice]);
  say();
  node.insertBefore(doc, node.children[2]);
  return node;
}

function policyCard(exports, runs, set, params) {
  const wanted = list(params, "p")[0] ?? params.get("pick") ?? "";
  const options = Array.from({ length: set.n }, (_, i) => [`${set.runOf(i).id}.${set.policies[i]}`, `${set.policies[i]} (${Array.from(set.point(i), (v) => num(v, 3)).join(", ")})`]);
  if (!options.length) return h("section", { class: "sheet" }, h("h2", {}, "One policy"), h("p", {}, "There is none yet."));
  let key = options.some(([k]) => k === wanted) ? wanted : options[0][0];
  const choice = select(`Policy: ${set.objectives.map((o) => words(o.name)).join(", ")}`, options, key, (v) => { key = v; node.refresh(); });
  const node = card("One policy", "Its parameters as a file: safetensors for this program and Python, ONNX for anything else.", exports.policy ?? ["safetensors", "onnx"], () => {
    const [run, policy] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
    return { what: "policy", runs: [run], policy };
  }, [choice]);
  return node;
}
