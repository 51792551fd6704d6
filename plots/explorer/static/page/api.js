// The HTTP interface of the server.

const BASE = "/api/v1";
const RUNNING = "Is `paretolab explore` still running?";

/** What the server refuses, in its own words. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ?? `the server answered ${status}`);
    this.status = status;
    this.code = error?.code ?? "";
    this.hint = error?.hint ?? "";
  }
}

async function answer(response) {
  if (response.ok) return response;
  let error = null;
  try { error = (await response.json()).error; } catch { /* no JSON: the status says it */ }
  throw new ApiError(response.status, error);
}

async function send(path, init) {
  try {
    return await answer(await fetch(BASE + path, { credentials: "same-origin", ...init }));
  } catch (e) {
    throw e instanceof TypeError ? new ApiError(0, { message: "The server does not answer.", hint: RUNNING }) : e;
  }
}

/** GET as JSON. @param {Object<string, any>} [query] @param {AbortSignal} [signal] */
export async function get(path, query = {}, signal) {
  const params = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) if (v !== null && v !== undefined && v !== "") params.set(k, v);
  const text = params.toString();
  return (await send(path + (text ? `?${text}` : ""), { signal })).json();
}

/** POST of JSON; the answer's JSON. */
export async function post(path, body, signal) {
  return (await postRaw(path, body, signal)).json();
}

/** POST of JSON; the response itself. */
export function postRaw(path, body, signal) {
  return send(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });
}

/** DELETE. */
export function remove(path) {
  return send(path, { method: "DELETE", headers: { "Content-Type": "application/json" } });
}

/**
 * POST whose answer is JSON Lines; each is handed to line as it arrives.
 * @param {(value: any) => void} line
 */
export async function stream(path, body, line, signal) {
  const reader = (await postRaw(path, body, signal)).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch((e) => {
      throw e instanceof TypeError ? new ApiError(0, { message: "The connection to the server broke off.", hint: RUNNING }) : e;
    });
    if (done) return; // each line has an end: what is left is torn
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const text of lines) if (text) line(JSON.parse(text));
  }
}

const cache = new Map();

/** GET that is asked once per visit of the page, for what does not change in a finished run. */
export function once(path, query = {}) {
  const key = path + JSON.stringify(query);
  if (!cache.has(key)) {
    const promise = get(path, query);
    promise.catch(() => cache.delete(key));
    cache.set(key, promise);
  }
  return cache.get(key);
}

/** Forgets what once remembers. */
export function forget() {
  cache.clear();
}
