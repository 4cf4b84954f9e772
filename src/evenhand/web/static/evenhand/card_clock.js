// How long each question has been going. One clock runs at a time, on through a reload of the page.

const KEY = "evenhand:clock:";

export const spoken = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export class QuestionClock {
  /** `longest` is how many seconds a clock may have been left running before it is not believed. */
  constructor(interview, longest) {
    this.key = KEY + interview;
    this.times = new Map(); // task -> {started_at, seconds}
    this.running = null; // {task, since}
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      if (kept && Date.now() - kept.since < longest * 1000) this.running = kept;
    } catch {
      // nothing can be remembered here: a reload pauses the clock
    }
  }

  set(task, { started_at, seconds }) {
    this.times.set(task, { started_at, seconds });
  }

  /** What is written down of a question: its seconds as of the last `book`. */
  booked(task) {
    return { ...this.times.get(task) };
  }

  seconds(task) {
    const since = this.running?.task === task ? this.running.since : Date.now();
    return this.times.get(task).seconds + Math.max(0, Math.floor((Date.now() - since) / 1000));
  }

  isStarted(task) {
    return this.times.get(task).started_at !== null;
  }

  start(task) {
    this.pause();
    const time = this.times.get(task);
    // As the server writes a moment, so that what comes back is what was sent.
    time.started_at ??= new Date().toISOString().replace(/\.\d+Z$/, "+00:00");
    this.remember({ task, since: Date.now() });
  }

  pause() {
    this.book();
    this.remember(null);
  }

  /** Write down the whole seconds that have gone by. */
  book() {
    const time = this.times.get(this.running?.task);
    if (!time) return;
    const { task, since } = this.running;
    const gone = this.seconds(task) - time.seconds;
    time.seconds += gone;
    this.remember({ task, since: since + gone * 1000 });
  }

  remember(running) {
    this.running = running;
    try {
      if (running) localStorage.setItem(this.key, JSON.stringify(running));
      else localStorage.removeItem(this.key);
    } catch {
      // works for this page alone
    }
  }
}
