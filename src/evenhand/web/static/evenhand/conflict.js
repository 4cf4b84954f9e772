// The panel that shows two texts side by side when an answer was changed in two places.

export class Conflict {
  constructor(panel, onChoice) {
    this.panel = panel;
    // A form sent without a script may come back with the panel open.
    const [text, revision] = ["other", "conflict_revision"].map((name) => panel.querySelector(`[name=${name}]`));
    this.other = text ? { text: text.value, revision: Number(revision.value) } : null;
    // Without a script these buttons send the form; with one, the choice is made here.
    for (const button of panel.querySelectorAll("button[name=choice]")) {
      button.type = "button";
      button.addEventListener("click", () => onChoice(button.value));
    }
  }

  get isOpen() {
    return this.other !== null;
  }

  set mine(text) {
    this.panel.querySelector("[data-mine]").textContent = text;
  }

  open(mine, { text, revision }) {
    const wasOpen = this.isOpen;
    this.mine = mine;
    this.other = { text, revision };
    this.panel.querySelector("[data-other]").textContent = text;
    this.panel.hidden = false;
    if (!wasOpen) this.panel.scrollIntoView({ block: "start" });
  }

  close() {
    this.other = null;
    this.panel.hidden = true;
  }
}
