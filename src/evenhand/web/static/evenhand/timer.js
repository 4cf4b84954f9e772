// Shows the time left. It can be hidden, and speaks up only when ten, five and one minute are left.

const SPOKEN = [10, 5, 1];
const KEY = "evenhand:timer";

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export class SittingTimer extends HTMLElement {
  connectedCallback() {
    this.face = this.querySelector(".timer-face");
    this.told(this.dataset.secondsLeft, this.dataset.closesIn);
    this.spoken = SPOKEN.filter((minutes) => this.left <= minutes * 60);
    this.addButton();
    document.addEventListener("time-told", ({ detail }) => this.told(detail.seconds_left, detail.closes_in));
    this.tick();
    setInterval(() => this.tick(), 1000);
  }

  /** The server says how much is left; its clock counts, and an extension may have been granted. */
  told(secondsLeft, closesIn) {
    this.endsAt = Date.now() + Number(secondsLeft) * 1000;
    this.closesAt = Date.now() + Number(closesIn) * 1000;
  }

  get left() {
    return Math.max(0, Math.round((this.endsAt - Date.now()) / 1000));
  }

  get untilClosed() {
    return Math.max(0, Math.round((this.closesAt - Date.now()) / 1000));
  }

  addButton() {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "plain small";
    this.button.addEventListener("click", () => this.setHidden(!this.face.hidden));
    // Seen: "Hide". Read aloud: "Hide timer".
    this.label = document.createElement("span");
    const what = document.createElement("span");
    what.className = "visually-hidden";
    what.textContent = ` ${this.dataset.sayTimer}`;
    this.button.append(this.label, what);
    this.append(this.button);
    let hidden = false;
    try {
      hidden = localStorage.getItem(KEY) === "hidden";
    } catch {
      // shown, where nothing can be remembered
    }
    this.setHidden(hidden);
  }

  setHidden(hidden) {
    this.face.hidden = hidden;
    this.label.textContent = hidden ? this.dataset.sayShow : this.dataset.sayHide;
    try {
      localStorage.setItem(KEY, hidden ? "hidden" : "shown");
    } catch {
      // works for this page alone
    }
  }

  tick() {
    const { left } = this;
    if (left === 0) return this.grace();
    const minutes = Math.ceil(left / 60);
    if (left < 300) this.set(this.dataset.sayClock.replace("{n}", clock(left)));
    else this.set(this.inMinutes(minutes));
    this.classList.toggle("soon", left < 300);
    for (const mark of SPOKEN) {
      if (left <= mark * 60 && !this.spoken.includes(mark)) {
        this.spoken.push(mark);
        this.say(this.inMinutes(mark));
      }
    }
  }

  /** At zero there is time to finish a sentence; it is shown even when the timer was hidden. */
  grace() {
    const { untilClosed } = this;
    if (untilClosed === 0) return location.assign(this.dataset.doneUrl);
    this.face.hidden = false;
    if (this.button === document.activeElement) document.getElementById("main").focus({ preventScroll: true });
    this.button.hidden = true;
    this.classList.add("soon", "grace");
    this.set(this.dataset.sayGrace.replace("{n}", clock(untilClosed)));
    if (!this.spoken.includes(0)) {
      this.spoken.push(0);
      this.say(this.dataset.sayGrace.replace("{n}", this.inMinutes(Math.ceil(untilClosed / 60))));
    }
  }

  inMinutes(minutes) {
    return minutes === 1 ? this.dataset.sayMinute : this.dataset.sayMinutes.replace("{n}", minutes);
  }

  set(text) {
    if (this.face.textContent !== text) this.face.textContent = text;
  }

  say(text) {
    this.querySelector("[data-announce]").textContent = text;
  }
}
