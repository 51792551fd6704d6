// New rows of runs: server-sent events, or a question every two seconds when they break.
import { get } from "../page/api.js";

const ASK = 2000; // milliseconds between questions
const PATIENCE = 4; // broken streams in a row before asking

/**
 * Follows runs.
 * @param {string[]} ids
 * @param {{metrics: (id: string, columns: object) => void, run: (row: object) => void, front: (id: string, event: object) => void,
 *   state: (text: string) => void, last: (id: string) => number}} take
 * @param {boolean} running whether any of them still trains
 */
export function follow(ids, take, running) {
  let source = null;
  let timer = 0;
  let broken = 0;
  let closed = false;

  function listen() {
    source = new EventSource(`/api/v1/events?runs=${ids.join(",")}`);
    const on = (event, f) => source.addEventListener(event, (e) => { broken = 0; f(JSON.parse(e.data)); });
    source.addEventListener("open", () => { broken = 0; take.state(running ? "live" : ""); });
    on("metrics", (d) => take.metrics(d.run, d.columns));
    on("run", (d) => take.run(d.run));
    on("front", (d) => take.front(d.run, d));
    on("gone", () => take.state("A run was removed."));
    source.addEventListener("error", () => {
      if (closed) return;
      broken++;
      take.state("The connection broke; trying again.");
      if (source.readyState === EventSource.CLOSED || broken >= PATIENCE) {
        source.close();
        ask();
      }
    });
  }

  async function ask() {
    if (closed) return;
    try {
      for (const id of ids) {
        const m = await get(`/runs/${id}/metrics`, { after: take.last(id) });
        if (m.columns.eval?.length) {
          take.metrics(id, m.columns);
          take.front(id, {});
        }
        take.run(await get(`/runs/${id}`));
      }
      take.state("asking every two seconds");
      broken = 0;
    } catch {
      take.state("The server does not answer; trying again.");
    }
    timer = setTimeout(ask, ASK);
  }

  listen();
  return { close() { closed = true; source?.close(); clearTimeout(timer); } };
}
