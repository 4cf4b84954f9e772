// Text that the server has not confirmed yet, kept in this browser under the page that wrote it.
import { KEPT, save } from "./server.js";

const PREFIX = "evenhand:draft:";

export const pageId = crypto.getRandomValues(new Uint32Array(3)).join("-");
// A page holds a lock under its name while it lives, so that other pages leave its drafts alone.
navigator.locks?.request(PREFIX + pageId, () => new Promise(() => {}));

const keyOf = (sitting, prompt, owner) => `${PREFIX}${sitting}:${prompt}:${owner}`;

/** Keep a draft: {text, base, tab, replacing, tried, left}; says whether there was room for it. */
export function keep(sitting, prompt, draft) {
  try {
    localStorage.setItem(keyOf(sitting, prompt, pageId), JSON.stringify({ ...draft, at: Date.now() }));
    return true;
  } catch {
    return false; // storage is full or forbidden; the server still gets every change
  }
}

export function drop(sitting, prompt, owner = pageId) {
  try {
    localStorage.removeItem(keyOf(sitting, prompt, owner));
  } catch {
    // nothing was kept where storage is forbidden
  }
}

/** Return the drafts of pages that are gone, newest first: [{prompt, owner, text, base, tab, replacing, tried}]. */
export async function orphans(sitting) {
  const held = (await navigator.locks?.query())?.held.map((lock) => lock.name) ?? [];
  const start = `${PREFIX}${sitting}:`;
  const found = [];
  try {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(start))) {
      const [prompt, owner] = key.slice(start.length).split(":");
      const draft = JSON.parse(localStorage.getItem(key));
      if (owner !== pageId && (draft.left || !held.includes(PREFIX + owner))) {
        found.push({ ...draft, prompt, owner });
      }
    }
  } catch {
    // storage is forbidden, or holds what is not ours
  }
  return found.sort((a, b) => b.at - a.at);
}

/** Call `then` when a page that has a draft here goes away: a closing one may still hold its lock. */
export function whenLeft(sitting, then) {
  const start = `${PREFIX}${sitting}:`;
  try {
    const owners = Object.keys(localStorage)
      .filter((each) => each.startsWith(start))
      .map((key) => key.slice(start.length).split(":")[1]);
    for (const owner of new Set(owners)) {
      if (owner !== pageId) navigator.locks?.request(PREFIX + owner, () => void then());
    }
  } catch {
    // storage is forbidden: no page keeps a draft
  }
}

/** Send a draft as it is: under its own tab and base, with the choice that was made for it. */
export function send(url, { text, base, tab, replacing }) {
  return save(url, { text, base, tab, replace: replacing });
}

/** Send these drafts; the server writes them or keeps them aside. Returns those that stay here. */
async function sendAll(element, drafts) {
  const staying = [];
  for (const draft of drafts) {
    const reply = await send(element.getAttribute(`data-url-${draft.prompt}`), draft);
    if (KEPT.includes(reply.kind)) drop(element.dataset.sitting, draft.prompt, draft.owner);
    else staying.push({ ...draft, reply });
  }
  return staying;
}

/** On the review page: sends what is still only here, and says so while it cannot. */
export class UnsentDrafts extends HTMLElement {
  async connectedCallback() {
    const drafts = await orphans(this.dataset.sitting);
    const staying = await sendAll(this, drafts);
    this.querySelector("[data-kept]").hidden = staying.length === 0;
    if (staying.length) setTimeout(() => this.connectedCallback(), 3000);
    else if (drafts.length) location.reload();
  }
}

/** On the last page: sends what came too late, and shows what the server cannot take. */
export class FinishedSitting extends HTMLElement {
  shown = new Set();

  async connectedCallback() {
    const drafts = await orphans(this.dataset.sitting);
    const staying = await sendAll(this, drafts.filter((each) => !this.shown.has(each.owner + each.prompt)));
    const waiting = staying.filter((each) => each.reply.kind === "offline");
    for (const draft of staying) if (!waiting.includes(draft)) this.offer(draft);
    if (waiting.length) setTimeout(() => this.connectedCallback(), 3000);
    else localStorage.removeItem("evenhand:timer");
  }

  /** Show a text that is nowhere but here. It goes only when the person says so. */
  offer(draft) {
    this.shown.add(draft.owner + draft.prompt);
    const list = this.querySelector("[data-unsent]");
    const entry = list.querySelector("template").content.cloneNode(true).firstElementChild;
    const name = this.getAttribute(`data-name-${draft.prompt}`);
    entry.querySelector("summary").textContent = name;
    entry.querySelector("[data-why]").textContent = draft.reply.message;
    const field = entry.querySelector("textarea");
    field.setAttribute("aria-label", name);
    field.value = draft.text;
    entry.querySelector("button").addEventListener("click", () => {
      drop(this.dataset.sitting, draft.prompt, draft.owner);
      entry.remove();
      const next = list.querySelector("summary");
      list.hidden = !next;
      (next ?? document.getElementById("main")).focus(); // else the keyboard's place is gone with it
    });
    list.append(entry);
    list.hidden = false;
  }
}
