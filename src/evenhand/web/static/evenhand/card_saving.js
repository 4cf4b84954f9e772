// Saves a scorecard while it is filled in: in this browser at once, on the server within two seconds.
// What was changed elsewhere meanwhile is put together with it; see merging.js.
import { drop, keep, orphans, pageId, whenLeft } from "./drafts.js";
import { canonical, merge } from "./merging.js";
import { post } from "./server.js";

const IDLE = 800; // ms without a change before a save
const LONGEST = 1500; // ms after the first unsaved change
const RETRIES = [1000, 2000, 4000, 8000, 15000];
const SLOT = "card"; // one draft an interview and page

export class CardSaving {
  /**
   * `card` is what is saved: it has read(), write(body), choose(clashes, done) and tell(name, words),
   * where a name is one of saved, unsaved, offline, back, restored, joined, clash, signed_out, refused.
   */
  constructor(card, { interview, url, revision, body }) {
    this.card = card;
    this.interview = interview;
    this.url = url;
    this.base = { revision, body }; // what the server is known to have
    this.tried = []; // bodies that were sent and not confirmed: any of them may be on the server
    this.failures = 0;
    this.choosing = false;
    this.channel = new BroadcastChannel(`evenhand:${interview}`);
  }

  async start() {
    this.channel.addEventListener("message", ({ data }) => this.hear(data));
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    addEventListener("beforeunload", (event) => this.isDirty && event.preventDefault());
    if (this.isDirty) this.changed(); // by somebody who was quicker than this script
    await this.restore();
    whenLeft(this.interview, () => this.restore());
  }

  get isDirty() {
    return canonical(this.card.read()) !== canonical(this.base.body);
  }

  /** Bring back what an earlier page of this browser could not send; never under typing hands. */
  async restore() {
    const [draft] = await orphans(this.interview);
    if (!draft || this.isDirty || this.choosing || this.isClosed) return;
    const server = this.base;
    // Where the server has what that page had sent, only a reply was lost on the way.
    const sent = draft.tried.some((each) => canonical(each) === canonical(server.body));
    this.base = { revision: server.revision, body: sent ? server.body : draft.base.body };
    this.card.write(draft.body);
    this.meet(server, "restored");
    drop(this.interview, draft.prompt, draft.owner);
    if (!this.isDirty) await this.restore();
  }

  changed() {
    if (!this.isDirty && !this.choosing) {
      clearTimeout(this.timer);
      this.forget();
      if (this.failures === 0) this.card.tell("saved");
      return;
    }
    this.keep();
    if (this.failures === 0 && !this.choosing) this.card.tell("unsaved");
    this.firstChange ??= performance.now();
    const wait = Math.min(IDLE, this.firstChange + LONGEST - performance.now());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(0, wait));
  }

  keep(more = {}) {
    const draft = { body: this.card.read(), base: this.base, tried: this.tried.slice(-2), ...more };
    keep(this.interview, SLOT, draft);
  }

  forget() {
    drop(this.interview, SLOT);
  }

  /** Send what is unsent, after a request under way. Says whether all of it is on the server. */
  async flush() {
    const run = (this.sending ?? Promise.resolve()).then(() => this.sendOnce());
    this.sending = run;
    await run;
    return !this.isDirty && !this.choosing;
  }

  async sendOnce() {
    clearTimeout(this.timer);
    if (this.choosing || this.isClosed || !this.isDirty) return;
    this.firstChange = undefined;
    const body = this.card.read();
    this.tried.push(body);
    this.keep();
    const reply = await post(this.url, { body, base_revision: this.base.revision, device: pageId });
    this.take(reply, body);
  }

  take(reply, sent) {
    if (reply.kind === "offline" || reply.kind === "signed_out") return this.retry(reply.kind);
    const wasAway = this.failures > 0;
    this.failures = 0;
    if (reply.kind === "saved") {
      this.settle(reply.revision, sent);
      this.channel.postMessage(this.base);
      this.card.tell(wasAway ? "back" : "saved");
      if (this.isDirty) this.changed();
      else this.restore();
    } else if (reply.kind === "conflict") {
      if (this.choosing) return; // the other page told of it first: it is being chosen from
      const theirs = { revision: reply.revision, body: reply.body };
      if (this.tried.some((each) => canonical(each) === canonical(theirs.body))) {
        this.settle(theirs.revision, theirs.body);
        this.changed();
      } else this.meet(theirs);
    } else {
      // Locked or cancelled meanwhile: sending it again helps nobody. What was refused may be mended.
      this.isClosed = reply.kind === "closed";
      this.card.tell("refused", reply.message);
    }
  }

  settle(revision, body) {
    this.base = { revision, body };
    this.tried = [];
    if (this.isDirty) this.keep();
    else this.forget();
  }

  retry(why) {
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    if (this.failures++ === 0) this.card.tell(why);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Another page saved this card. */
  hear(theirs) {
    if (theirs.revision <= this.base.revision || this.choosing || this.isClosed) return;
    const mine = { body: this.card.read(), base_revision: this.base.revision, device: pageId };
    this.meet(theirs);
    // The server keeps what came second, if it is sent: told of it by a page, it never saw it.
    if (this.choosing) post(this.url, mine);
  }

  /** The server has another version: the changes of both belong into the card. */
  meet(theirs, name = "joined") {
    const { body, clashes } = merge(this.base.body, this.card.read(), theirs.body);
    const settle = () => {
      this.settle(theirs.revision, theirs.body);
      this.changed();
    };
    this.card.write(body);
    if (clashes.length) return this.ask(clashes, settle);
    settle();
    this.card.tell(this.isDirty ? name : "saved");
  }

  /** Until a person has chosen, nothing is sent, and the draft keeps what it grew out of. */
  ask(clashes, done) {
    this.choosing = true;
    this.keep();
    this.card.tell("clash");
    this.card.choose(clashes, () => {
      this.choosing = false;
      done();
      this.flush();
    });
  }

  /** The page goes away: send what is unsent without waiting for a request under way. */
  leave() {
    if (!this.isDirty || this.isClosed) return;
    const body = this.card.read();
    if (!this.choosing) {
      post(this.url, { body, base_revision: this.base.revision, device: pageId });
      this.tried.push(body);
    }
    this.keep({ left: true });
  }
}
