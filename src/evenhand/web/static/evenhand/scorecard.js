// The live scorecard. Without this it is a plain form; this adds the clock, the stamps, one part at a
// time, and saving while it is filled in.
import { CardSaving } from "./card_saving.js";
import { QuestionClock, spoken } from "./card_clock.js";

const BOOK = 15; // seconds between two savings of a running clock
const TROUBLE = ["offline", "signed_out", "clash", "refused", "restored", "joined", "back"];

class ScoreCard extends HTMLElement {
  connectedCallback() {
    const { interview, url, revision, minutes } = this.dataset;
    this.form = this.querySelector("form");
    this.parts = [...this.querySelectorAll("[data-part]")];
    this.clashes = this.querySelector(".clashes");
    this.clock = new QuestionClock(interview, Number(minutes) * 120);
    const body = JSON.parse(document.getElementById("card-body").textContent);
    this.take(body); // the fields have it already, and what a quick person has changed by now
    this.saving = new CardSaving(this, { interview, url, revision: Number(revision), body });
    this.form.addEventListener("input", () => this.saving.changed());
    this.form.addEventListener("change", () => this.saving.flush());
    this.form.addEventListener("submit", (event) => this.go(event));
    for (const button of this.querySelectorAll(".stamp")) button.addEventListener("click", () => this.press(button));
    for (const link of this.querySelectorAll(".steps a")) link.addEventListener("click", (event) => this.step(event, link));
    this.dock = this.querySelector(".dock");
    this.dock.querySelector("[data-clock]").addEventListener("click", () => this.toggleClock());
    this.dock.querySelector("[data-next]").addEventListener("click", () => this.show(this.at + 1, true));
    this.dock.querySelector("[data-undo]").addEventListener("click", () => this.undo());
    this.dock.querySelector("[data-note]").addEventListener("click", () => this.parts[this.at].querySelector("textarea").focus());
    this.classList.add("live");
    const named = this.parts.findIndex((each) => `#${each.id}` === location.hash);
    const running = this.parts.findIndex((each) => this.clock.running && each.dataset.task === this.clock.running.task);
    const inUse = this.parts.findIndex((each) => each.contains(document.activeElement));
    this.show(inUse < 0 ? Math.max(named, running, 0) : inUse);
    this.tell("saved");
    this.saving.start();
    setInterval(() => this.tick(), 1000);
  }

  get task() {
    return this.parts[this.at].dataset.task;
  }

  // The card as it is saved

  read() {
    const { version, questions } = this.body;
    return {
      version,
      questions: questions.map(({ task }) => ({
        task,
        ...this.clock.booked(task),
        asked: this.field(`asked-${task}`).checked,
        notes: this.field(`notes-${task}`).value,
      })),
      stamps: this.stamps.map((each) => ({ ...each })),
      levels: Object.fromEntries(this.dimensions.map((name) => [name, this.level(name)]).filter(([, level]) => level !== null)),
      notes: this.field("notes").value,
    };
  }

  write(body) {
    this.take(body);
    for (const question of body.questions) {
      this.field(`asked-${question.task}`).checked = question.asked;
      this.put(`notes-${question.task}`, question.notes);
    }
    for (const name of this.dimensions) this.put(`level-${name}`, body.levels[name] ?? "");
    this.put("notes", body.notes);
    this.showClock();
  }

  /** Take over what of a card stands in no field. */
  take(body) {
    this.body = body;
    this.stamps = body.stamps;
    for (const question of body.questions) this.clock.set(question.task, question);
    this.showStamps();
  }

  field(name) {
    return this.form.elements[name];
  }

  /** Set a field, leaving the place of writing alone where nothing changes. */
  put(name, value) {
    const field = this.field(name);
    if (field.value !== String(value)) field.value = value;
    if (value === "" && field instanceof RadioNodeList) for (const each of field) each.checked = false;
  }

  get dimensions() {
    return [...this.querySelectorAll("[data-dimension]")].map((each) => each.dataset.dimension);
  }

  level(name) {
    const { value } = this.field(`level-${name}`);
    if (value === "") return null;
    return value === "not_seen" ? value : Number(value);
  }

  // One part at a time

  step(event, link) {
    event.preventDefault();
    this.show(this.parts.findIndex((each) => `#${each.id}` === link.hash), true);
  }

  show(at, moved = false) {
    this.at = Math.min(Math.max(at, 0), this.parts.length - 1);
    const part = this.parts[this.at];
    for (const each of this.parts) each.hidden = each !== part;
    const steps = this.querySelector(".steps");
    for (const link of steps.children) {
      const here = link.hash === `#${part.id}`;
      if (here) steps.scrollLeft = link.offsetLeft - steps.offsetLeft - link.offsetWidth;
      if (here) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    this.dock.querySelector("[data-next]").hidden = this.at === this.parts.length - 1;
    this.dock.querySelector("[data-lock]").hidden = this.at !== this.parts.length - 1;
    this.forgetUndo();
    this.showClock();
    if (!moved) return;
    history.replaceState(null, "", `#${part.id}`);
    part.querySelector("h2").focus();
    part.scrollIntoView({ block: "start" });
  }

  // The clock of the question in view

  toggleClock() {
    const { task } = this;
    if (this.clock.running?.task === task) this.clock.pause();
    else this.clock.start(task);
    this.field(`asked-${task}`).checked = true;
    this.showClock();
    this.saving.changed();
  }

  tick() {
    const { running } = this.clock;
    if (!running) return;
    this.showFace();
    if (Date.now() - running.since < BOOK * 1000) return;
    this.clock.book();
    this.saving.changed();
  }

  showClock() {
    const { task } = this;
    const button = this.dock.querySelector("[data-clock]");
    for (const each of [this.dock.querySelector(".clock"), this.dock.querySelector("[data-note]"), button]) each.hidden = !task;
    if (!task) return;
    const state = this.clock.running?.task === task ? "Pause" : this.clock.isStarted(task) ? "Resume" : "Start";
    button.textContent = this.dataset[`say${state}`];
    this.dock.classList.toggle("running", state === "Pause");
    for (const stamp of this.parts[this.at].querySelectorAll(".stamp")) {
      stamp.setAttribute("aria-disabled", state === "Start" ? "true" : "false");
    }
    this.parts[this.at].querySelector("[data-before]").hidden = state !== "Start";
    this.showFace();
  }

  showFace() {
    if (!this.task) return;
    const face = this.dock.querySelector("[role=timer]");
    const text = spoken(this.clock.seconds(this.task));
    if (face.textContent !== text) face.textContent = text;
    this.dock.querySelector("[data-of]").textContent = this.parts[this.at].dataset.of;
  }

  // Stamps

  stampOf(button) {
    const { task, indicator } = button.dataset;
    return this.stamps.find((each) => each.task === task && each.indicator === indicator);
  }

  press(button) {
    const { task, indicator } = button.dataset;
    if (!this.clock.isStarted(task)) return;
    const before = this.stamps;
    const stamp = this.stampOf(button);
    if (stamp) this.stamps = before.filter((each) => each !== stamp);
    else {
      this.clock.book();
      this.stamps = [...before, { task, indicator, seconds: this.clock.seconds(task) }];
    }
    this.before = before;
    const undo = this.dock.querySelector("[data-undo]");
    undo.hidden = false;
    undo.setAttribute("aria-label", `${undo.textContent.trim()}: ${button.querySelector(".says").textContent.trim()}`);
    this.showStamps();
    this.saving.changed();
  }

  undo() {
    this.stamps = this.before;
    this.showStamps();
    this.forgetUndo();
    this.saving.changed();
    this.dock.querySelector("[data-clock]").focus();
  }

  forgetUndo() {
    this.dock.querySelector("[data-undo]").hidden = true;
  }

  showStamps() {
    for (const button of this.querySelectorAll(".stamp")) {
      const stamp = this.stampOf(button);
      button.setAttribute("aria-pressed", String(Boolean(stamp)));
      button.querySelector(".after").textContent = stamp ? this.dataset.sayAfter.replace("{n}", spoken(stamp.seconds)) : "";
    }
  }

  // Saving, and what it has to say

  async go(event) {
    event.preventDefault();
    const { href } = event.submitter?.dataset ?? {};
    if (href) this.clock.pause();
    else this.clock.book();
    this.showClock();
    if ((await this.saving.flush()) && href) location.assign(href);
  }

  /** Show how the saving stands; only what a person must know is also said aloud. */
  tell(name, words) {
    const key = name.replace(/^(.)|_(.)/g, (_, first, next) => (first ?? next).toUpperCase());
    const status = this.querySelector(".save-status");
    status.textContent = words ?? this.dataset[`say${key}`];
    status.dataset.state = name;
    if (TROUBLE.includes(name)) this.querySelector("[data-announce]").textContent = status.textContent;
  }

  /** Put what two places changed differently side by side; `done` follows the last choice. */
  choose(clashes, done) {
    const list = this.clashes.querySelector("ul");
    for (const { field, mine, theirs } of clashes) {
      const entry = this.clashes.querySelector("template").content.cloneNode(true).firstElementChild;
      entry.querySelector("h3").textContent = this.labelOf(field);
      entry.querySelector("[data-mine]").textContent = this.wordsOf(field, mine);
      entry.querySelector("[data-theirs]").textContent = this.wordsOf(field, theirs);
      const settle = (value) => {
        this.put(field, value ?? "");
        entry.remove();
        if (list.children.length) return list.querySelector("button").focus();
        this.clashes.hidden = true;
        this.parts[this.at].querySelector("h2").focus();
        done();
      };
      const both = entry.querySelector("[data-both]");
      both.hidden = !field.startsWith("notes");
      both.addEventListener("click", () => settle(`${theirs}\n\n${this.field(field).value}`));
      entry.querySelector("[data-keep]").addEventListener("click", () => settle(this.field(field).value));
      entry.querySelector("[data-other]").addEventListener("click", () => settle(theirs));
      list.append(entry);
    }
    this.clashes.hidden = false;
    this.clashes.scrollIntoView({ block: "start" });
  }

  labelOf(name) {
    const field = this.field(name);
    return (field instanceof RadioNodeList ? field[0] : field).dataset.label;
  }

  wordsOf(name, value) {
    if (value === null || value === "") return this.dataset.sayNothing;
    return value === "not_seen" ? this.dataset.sayNotSeen : String(value);
  }
}

customElements.define("score-card", ScoreCard);
