// Small elements; without scripts the pages work as they are.
import "./copying.js";
import "./unsent.js";

// A part of a page that is fetched anew every few seconds while its data-seconds says so.
customElements.define("live-part", class extends HTMLElement {
  connectedCallback() { this.again(); }
  disconnectedCallback() { clearTimeout(this.timer); }

  again() {
    const seconds = Number(this.dataset.seconds);
    if (seconds) this.timer = setTimeout(() => this.look(), seconds * 1000);
  }

  /** Nothing is exchanged under the hands of somebody who is using it. */
  get isInUse() {
    return this.querySelector("details[open]") !== null || this.contains(document.activeElement);
  }

  async look() {
    try {
      if (!document.hidden && !this.isInUse) {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        const text = await answer.text();
        const next = new DOMParser().parseFromString(text, "text/html").getElementById(this.id);
        // No such part any more: what was waited for is there, or the session is over.
        if (!next) return location.reload();
        if (!this.isInUse && next.dataset.version !== this.dataset.version) {
          if ("whole" in this.dataset) return location.reload();
          this.dataset.version = next.dataset.version;
          this.dataset.seconds = next.dataset.seconds || "";
          this.replaceChildren(...next.childNodes);
        }
      }
    } catch {
      // The connection is gone for a moment; the next look tries again.
    }
    this.again();
  }
});
