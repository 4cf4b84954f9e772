// Saves one answer while it is written. Every change is in this browser at once and on the server
// within two seconds; the server alone decides whether two texts are in conflict.
import { Conflict } from "./conflict.js";
import { drop, keep, orphans, pageId, send, whenLeft } from "./drafts.js";
import { KEPT, save, whatFollows } from "./server.js";

const IDLE = 800; // ms without a key before a save
const LONGEST = 1500; // ms after the first unsaved change, however fast somebody types
const RETRIES = [1000, 2000, 4000, 8000, 15000];
const LONGEST_WAIT = 15000; // ms, whatever a server asks for

export class AnswerAutosave extends HTMLElement {
  async connectedCallback() {
    this.field = this.querySelector("textarea");
    this.form = this.closest("form");
    this.base = Number(this.dataset.revision);
    this.tried = []; // texts that were sent and not confirmed: any of them may be on the server
    this.failures = 0;
    this.resolved = 0; // conflicts of this page
    this.replacing = false; // true from a choice of text until a save with it is confirmed
    this.conflict = new Conflict(this.querySelector(".conflict"), (choice) => this.choose(choice));
    this.saved = this.conflict.other?.text ?? this.field.defaultValue;
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

  /** Under one name the server keeps one text of a conflict, so each conflict has its own. */
  get tab() {
    return `${pageId}.${this.resolved}`;
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
      if (!restored.tried.includes(this.saved)) {
        this.base = restored.base;
        this.replacing = restored.replacing;
      }
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
    const reply = await send(this.dataset.url, draft);
    return KEPT.includes(reply.kind);
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
    const { base, tab, replacing } = this;
    const draft = { text: this.field.value, base, tab, replacing, tried: this.tried.slice(-2), ...more };
    keep(this.dataset.sitting, this.dataset.prompt, draft);
  }

  /** What is sent now. A choice of text goes with every save until the server has confirmed one. */
  get unsent() {
    return { text: this.field.value, base: this.base, tab: this.tab, replace: this.replacing };
  }

  /** Send what is unsent, after a request under way; calls that wait become one. Gives the kind. */
  flush() {
    if (this.queued) return this.queued;
    const run = (this.sending ?? Promise.resolve()).then(() => {
      if (this.queued === run) this.queued = undefined;
      return this.sendOnce();
    });
    this.queued = this.sending = run;
    return run;
  }

  async sendOnce() {
    clearTimeout(this.timer);
    if (!this.dirty && !this.replacing) return undefined;
    this.firstChange = undefined;
    const sent = this.unsent;
    this.tried.push(sent.text);
    this.keep();
    const reply = await save(this.dataset.url, sent);
    this.take(reply, sent);
    return reply.kind;
  }

  take(reply, { text, replace }) {
    if (reply.kind === "offline") return this.retry(reply.wait);
    const wasOffline = this.failures > 0;
    this.failures = 0;
    if (reply.kind === "saved") {
      const chosen = this.conflict.isOpen || this.replacing;
      if (chosen) this.close();
      this.settle(text, reply.revision);
      this.channel.postMessage({ prompt: this.dataset.prompt, text, revision: reply.revision });
      document.dispatchEvent(new CustomEvent("time-told", { detail: reply }));
      if (chosen) this.announce("chosen");
      else if (wasOffline) this.announce("back");
      else this.show("saved");
      if (this.dirty) this.changed();
    } else if (reply.kind === "conflict" && this.tried.includes(reply.text)) {
      // The server holds an earlier text of this page, whose confirmation was lost on the way.
      this.base = reply.revision;
      this.saved = reply.text;
      this.tried = [];
      this.close();
      this.changed();
    } else if (reply.kind === "conflict") {
      if (replace) this.replacing = false; // the text chosen over has changed: this is a new choice
      this.saved = reply.text;
      this.conflict.open(text, reply);
      this.announce("conflict");
    } else {
      const isClosed = reply.kind === "closed";
      this.tell(isClosed ? `${reply.message} ${this.dataset.sayClosed}` : reply.message, "trouble");
      this.isOver = reply.kind === "over";
      if (this.isOver) this.drop(); // the server kept it beside the answer
    }
  }

  /** The two texts of a conflict are both safe on the server. */
  close() {
    if (this.conflict.isOpen || this.replacing) this.resolved++;
    this.replacing = false;
    if (!this.conflict.isOpen) return;
    const hadFocus = this.conflict.panel.contains(document.activeElement);
    this.conflict.close();
    if (hadFocus) this.field.focus();
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

  retry(asked = 0) {
    const wait = Math.max(RETRIES[Math.min(this.failures, RETRIES.length - 1)], Math.min(asked || 0, LONGEST_WAIT));
    if (this.failures++ === 0) this.announce("offline");
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** The page goes away: send what is unsent without waiting for a request under way. */
  leave() {
    if (!this.dirty && !this.replacing) return;
    save(this.dataset.url, this.unsent);
    this.tried.push(this.field.value);
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
    if (choice === "other") return this.takeOther();
    const { text, revision } = this.conflict.other;
    const joined = `${text}\n\n`;
    // Pressed again while offline, it is joined already.
    if (choice === "both" && !this.field.value.startsWith(joined)) this.field.value = joined + this.field.value;
    this.countWords();
    this.base = revision;
    this.replacing = true;
    this.keep();
    await this.flush(); // offline, or changed elsewhere once more: the panel stays or reopens
  }

  async takeOther() {
    const seen = this.conflict.other;
    const mine = this.field.value;
    // Under an outdated base what was typed here is kept aside, also after another choice before.
    this.replacing = false;
    this.base = Math.min(this.base, seen.revision - 1);
    const kind = await this.flush();
    // The field is given up only when the server has all of it; undefined: there was nothing to send.
    if ((kind && !KEPT.includes(kind)) || this.field.value !== mine) return;
    const { text, revision } = this.conflict.other ?? seen;
    this.field.value = text;
    this.countWords();
    if (this.dirty && kind !== "over") {
      // An earlier choice had reached the server after all: this one replaces it.
      this.replacing = true;
      await this.flush();
    } else {
      this.close();
      this.settle(text, revision);
      this.announce("chosen");
    }
  }

  /** A button that leads elsewhere: leave only when the text is safe on the server. */
  async go(event) {
    event.preventDefault();
    const { href, finish } = event.submitter?.dataset ?? {};
    await this.flush();
    if (this.isOver) return location.assign(this.dataset.doneUrl);
    if (!href || this.dirty) return;
    if (!finish) return location.assign(href);
    this.announce("moment");
    const next = await whatFollows(`${finish}?to=${event.submitter.value}`);
    // Who typed on meanwhile has not left yet.
    if (!this.dirty) location.assign(next ?? href);
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
