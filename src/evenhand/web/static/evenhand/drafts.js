// Text that the server has not confirmed yet, kept in this browser under the page that wrote it.
import { save } from "./server.js";

const PREFIX = "evenhand:draft:";

export const pageId = crypto.getRandomValues(new Uint32Array(3)).join("-");
// A page holds a lock under its name while it lives, so that other pages leave its drafts alone.
navigator.locks?.request(PREFIX + pageId, () => new Promise(() => {}));

const keyOf = (sitting, prompt, owner) => `${PREFIX}${sitting}:${prompt}:${owner}`;

/** Keep a draft: {text, base, tried, left}; says whether there was room for it. */
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

/** Return the drafts of pages that are gone, newest first: [{prompt, owner, text, base, tried}]. */
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

/** Send drafts as they are; the server writes them or keeps them aside. Returns those that stay. */
async function sendAll(element, done = ["saved", "conflict", "over"]) {
  const { sitting } = element.dataset;
  const staying = [];
  for (const draft of await orphans(sitting)) {
    const url = element.getAttribute(`data-url-${draft.prompt}`);
    const reply = await save(url, { text: draft.text, base: draft.base, tab: draft.owner });
    if (done.includes(reply.kind)) drop(sitting, draft.prompt, draft.owner);
    else staying.push(draft);
  }
  return staying;
}

/** On the review page: sends what is still only here, and says so while it cannot. */
export class UnsentDrafts extends HTMLElement {
  async connectedCallback() {
    const had = (await orphans(this.dataset.sitting)).length;
    const staying = await sendAll(this);
    this.querySelector("[data-kept]").hidden = staying.length === 0;
    if (staying.length) setTimeout(() => this.connectedCallback(), 3000);
    else if (had) location.reload();
  }
}

/** On the last page: sends what came too late to be kept aside, then leaves nothing in this browser. */
export class FinishedSitting extends HTMLElement {
  async connectedCallback() {
    // What the server refuses even now cannot be kept anywhere; a shared computer must not keep it.
    const staying = await sendAll(this, ["saved", "conflict", "over", "too_long", "refused"]);
    if (staying.length) setTimeout(() => this.connectedCallback(), 3000);
    else localStorage.removeItem("evenhand:timer");
  }
}
