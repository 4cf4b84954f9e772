// Saves one answer while it is written. Every change is in this browser at once and on the server
// within two seconds; the server alone decides whether two texts are in conflict.
import { Conflict } from "./conflict.js";
import { drop, keep, orphans, pageId, whenLeft } from "./drafts.js";
import { save } from "./server.js";

const IDLE = 800; // ms without a key before a save
const LONGEST = 1500; // ms after the first unsaved change, however fast somebody types
const RETRIES = [1000, 2000, 4000, 8000, 15000];

export class AnswerAutosave extends HTMLElement {
  async connectedCallback() {
    this.field = this.querySelector("textarea");
    this.form = this.closest("form");
    this.base = Number(this.dataset.revision);
    this.saved = this.field.defaultValue;
    this.tried = []; // texts that were sent and not confirmed: any of them may be on the server
    this.failures = 0;
    this.conflict = new Conflict(this.querySelector(".conflict"), (choice) => this.choose(choice));
    this.channel = new BroadcastChannel(`evenhand:${this.dataset.sitting}`);
    this.listen();
    this.countWords();
    this.show("writing");
    await this.restore();
    if (this.dirty) this.changed();
    whenLeft(this.dataset.sitting, () => this.restore());
  }

  get dirty() {
    return this.field.value !== this.saved;
  }

  listen() {
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("blur", () => this.flush());
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
    });
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    this.form.addEventListener("submit", (event) => this.go(event));
    this.channel.addEventListener("message", ({ data }) => this.hear(data));
  }

  /** Bring back what an earlier page of this browser could not send. */
  async restore() {
    const found = (await orphans(this.dataset.sitting)).filter((each) => each.prompt === this.dataset.prompt);
    const unsent = found.filter((each) => each.text !== this.saved || this.forget(each));
    // Where somebody types already, an old text is not put under their hands but kept aside.
    const restored = this.dirty ? undefined : unsent[0];
    if (restored) {
      // A draft that grew out of what the server holds is no conflict: only a reply was lost.
      if (!restored.tried.includes(this.saved)) this.base = restored.base;
      this.tried = [...restored.tried, restored.text];
      this.field.value = restored.text;
      this.announce("restored");
      this.changed();
    }
    if (unsent.length) await this.flush();
    for (const draft of unsent) {
      const isSafe = draft.text === this.saved || (draft === restored && this.conflict.isOpen);
      if (isSafe || (await this.setAside(draft))) this.forget(draft);
    }
  }

  /** Send an older draft under its own, outdated base: the server keeps it beside the answer. */
  async setAside(draft) {
    if (draft.base >= this.base) return false;
    const reply = await save(this.dataset.url, { text: draft.text, base: draft.base, tab: draft.owner });
    return reply.kind === "conflict" || reply.kind === "over";
  }

  forget(draft) {
    drop(this.dataset.sitting, draft.prompt, draft.owner);
    return false;
  }

  changed() {
    this.countWords();
    this.conflict.mine = this.field.value;
    if (!this.dirty && !this.conflict.isOpen) return drop(this.dataset.sitting, this.dataset.prompt);
    this.keep();
    this.firstChange ??= performance.now();
    const wait = Math.min(IDLE, this.firstChange + LONGEST - performance.now());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(0, wait));
  }

  keep(more = {}) {
    const draft = { text: this.field.value, base: this.base, tried: this.tried.slice(-2), ...more };
    keep(this.dataset.sitting, this.dataset.prompt, draft);
  }

  /** Send what is unsent, after a request under way; calls that wait become one. */
  flush(replace = false) {
    if (this.queued && !replace) return this.queued;
    const run = (this.sending ?? Promise.resolve()).then(() => {
      if (this.queued === run) this.queued = undefined;
      return this.sendOnce(replace);
    });
    this.queued = this.sending = run;
    return run;
  }

  async sendOnce(replace) {
    clearTimeout(this.timer);
    if (!this.dirty && !replace) return;
    this.firstChange = undefined;
    const text = this.field.value;
    this.tried.push(text);
    this.keep();
    const reply = await save(this.dataset.url, { text, base: this.base, tab: pageId, replace });
    this.take(reply, text);
  }

  take(reply, text) {
    if (reply.kind === "offline") return this.retry();
    const wasOffline = this.failures > 0;
    this.failures = 0;
    if (reply.kind === "saved") {
      this.settle(text, reply.revision);
      this.channel.postMessage({ prompt: this.dataset.prompt, text, revision: reply.revision });
      document.dispatchEvent(new CustomEvent("time-told", { detail: reply }));
      if (wasOffline) this.announce("back");
      else this.show("saved");
      if (this.dirty) this.changed();
    } else if (reply.kind === "conflict" && this.tried.includes(reply.text)) {
      // The server holds an earlier text of this page, whose confirmation was lost on the way.
      this.base = reply.revision;
      this.saved = reply.text;
      this.tried = [];
      this.changed();
    } else if (reply.kind === "conflict") {
      this.saved = reply.text;
      this.conflict.open(text, reply);
      this.announce("conflict");
    } else {
      this.tell(reply.message, "trouble");
      this.isOver = reply.kind === "over";
      if (reply.code === "time_over") this.drop(); // the server kept it beside the answer
    }
  }

  settle(text, revision) {
    this.base = revision;
    this.saved = text;
    this.tried = [];
    this.form.elements.base_revision.value = revision;
    if (!this.dirty) this.drop();
    else this.keep();
  }

  drop() {
    drop(this.dataset.sitting, this.dataset.prompt);
  }

  retry() {
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    if (this.failures++ === 0) this.announce("offline");
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** The page goes away: send what is unsent without waiting for a request under way. */
  leave() {
    if (!this.dirty) return;
    const text = this.field.value;
    save(this.dataset.url, { text, base: this.base, tab: pageId });
    this.tried.push(text);
    this.keep({ left: true });
  }

  /** Another tab saved this answer. Where nothing is unsent here, show its text. */
  hear({ prompt, text, revision }) {
    if (prompt !== this.dataset.prompt || revision <= this.base || this.dirty) return;
    this.field.value = text;
    this.settle(text, revision);
    this.countWords();
  }

  async choose(choice) {
    if (choice === "other") {
      await this.flush(); // under the outdated base: what was typed since is kept aside too
      if (this.failures) return;
      const { text, revision } = this.conflict.other;
      this.field.value = text;
      this.settle(text, revision);
    } else {
      if (choice === "both") this.field.value = `${this.conflict.other.text}\n\n${this.field.value}`;
      this.base = this.conflict.other.revision;
      await this.flush(true);
      if (this.dirty) return; // offline, or changed elsewhere once more: the panel stays or reopens
    }
    this.conflict.close();
    this.countWords();
    this.announce("chosen");
    this.field.focus();
  }

  /** A button that leads elsewhere: leave only when the text is safe on the server. */
  async go(event) {
    event.preventDefault();
    const href = event.submitter?.dataset.href;
    await this.flush();
    if (this.isOver) location.assign(this.dataset.doneUrl);
    else if (href && !this.dirty) location.assign(href);
  }

  countWords() {
    const words = this.field.value.match(/\S+/g)?.length ?? 0;
    this.querySelector(".word-count").textContent = this.dataset.sayWords.replace("{n}", words);
  }

  show(name) {
    this.tell(this.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`], name, false);
  }

  announce(name) {
    this.tell(this.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`], name);
  }

  /** Show a message; only what a person must know is also said aloud. */
  tell(message, state, aloud = true) {
    const status = this.querySelector(".save-status");
    status.textContent = message;
    status.dataset.state = state;
    if (aloud) this.querySelector("[data-announce]").textContent = message;
  }
}
