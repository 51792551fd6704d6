// What is said to those who listen to the page, and dialogues.
import { button, h, put } from "./dom.js";

let timer = 0;

/** Says a sentence through the live region: answers and results, never single frames. */
export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => { document.getElementById("live").textContent = text; }, 150);
}

/** Opens the dialogue with a title and content; returns a function that closes it. */
export function dialogue(title, ...content) {
  const box = document.getElementById("dialog");
  const close = () => box.close();
  put(box, h("div", { class: "stack" }, h("div", { class: "row spread" },
    h("h2", { class: "title", id: "dialog-title" }, title), button("Close", close)), content));
  if (!box.open) box.showModal();
  return close;
}

/** Copies text and says so. */
export async function copy(text, what = "Copied") {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what}.`);
    return true;
  } catch {
    dialogue("Copy this", h("pre", {}, text));
    return false;
  }
}

/** A command line in a box with a button that copies it. */
export function command(text) {
  const b = button("Copy", async () => {
    if (await copy(text, "Command copied")) b.textContent = "Copied";
    setTimeout(() => { b.textContent = "Copy"; }, 1500);
  }, { class: "quiet" });
  return h("div", { class: "row" }, h("pre", { class: "grow" }, text), b);
}

/** An error in words, with what to do about it. */
export function trouble(e) {
  return h("div", { class: "error", role: "alert" }, h("p", {}, e.message), e.hint ? h("p", { class: "soft" }, e.hint) : null);
}

/** What an empty page says: why it is empty and what to type. */
export function empty(text, ...rest) {
  return h("div", { class: "empty" }, h("p", {}, text), rest.map((r) => (typeof r === "string" ? h("pre", {}, r) : r)));
}
