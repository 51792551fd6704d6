// How numbers, times and names are written: the same on every page.

/**
 * A number with so many significant digits, a true minus sign and thin groups of thousands.
 * @param {number|string|null|undefined} v non-finite numbers come as strings
 */
export function num(v, digits = 4) {
  if (v === null || v === undefined || v === "") return "–";
  if (typeof v === "string") {
    const parsed = Number(v);
    if (!Number.isFinite(parsed)) return v.replace("-Inf", "−∞").replace("+Inf", "∞").replace("Inf", "∞");
    v = parsed;
  }
  if (Number.isNaN(v)) return "NaN";
  if (!Number.isFinite(v)) return v < 0 ? "−∞" : "∞";
  if (v === 0) return "0";
  const a = Math.abs(v);
  let text;
  if (a >= 1e9 || a < 1e-4) {
    const [mantissa, exponent] = a.toExponential(Math.max(0, digits - 2)).split("e");
    text = `${trimZeros(mantissa)}e${exponent.replace("+", "").replace("-", "−")}`;
  } else {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(a)));
    text = group(trimZeros(a.toFixed(Math.min(decimals, 8))));
  }
  return v < 0 && text !== "0" ? `−${text}` : text;
}

function trimZeros(t) {
  return t.includes(".") ? t.replace(/\.?0+$/, "") : t;
}

function group(t) {
  const [whole, fraction] = t.split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** An integer with groups of thousands. */
export function count(n) {
  return n === null || n === undefined ? "–" : (n < 0 ? "−" : "") + group(String(Math.abs(Math.round(n))));
}

/** "1 policy", "20 policies". */
export function plural(n, one, many = one.endsWith("y") ? `${one.slice(0, -1)}ies` : `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A share as a percentage. */
export function percent(p, digits = 0) {
  if (p === null || p === undefined || !Number.isFinite(+p)) return "–";
  const v = 100 * p;
  if (v > 0 && v < 0.1) return "< 0.1\u00a0%";
  return `${v < 0 ? "−" : ""}${Math.abs(v).toFixed(v !== 0 && Math.abs(v) < 10 ? Math.max(1, digits) : digits)}\u00a0%`;
}

/** Steps in short: 600 k, 3.96 M. */
export function steps(n) {
  if (n === null || n === undefined || !Number.isFinite(+n)) return "–";
  const units = [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
  for (const [size, unit] of units) if (n >= size) return `${num(n / size, 3)} ${unit}`;
  return String(n);
}

/** A duration in seconds for people. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(+seconds)) return "–";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 100) return `${num(seconds, 3)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** An objective with its unit, as on axes. @param {{name: string, unit?: string, sense?: string}} o */
export function objectiveLabel(o) {
  return o.unit ? `${words(o.name)} (${o.unit})` : words(o.name);
}

/** A name of the program as words. */
export function words(name) {
  return String(name).replaceAll("_", " ");
}

/** A list in words: a, b and c. */
export function listed(items, last = "and") {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${last} ${items[items.length - 1]}`;
}

/** An argument of a command line, quoted where a shell needs it. */
export function shellWord(w) {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(w) ? w : `'${w.replaceAll("'", "'\\''")}'`;
}
