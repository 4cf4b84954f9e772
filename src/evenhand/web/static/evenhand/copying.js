// A link with a button that copies it.
customElements.define("copy-link", class extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    if (!navigator.clipboard || !button) return;
    const says = button.textContent;
    button.hidden = false;
    input.addEventListener("focus", () => input.select());
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(input.value);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = says; }, 2000);
    });
  }
});
