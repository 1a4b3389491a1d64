// Copies a text as it was written, Markdown and all: what the page shows is its rendered form.
(() => {
  "use strict";
  const SHOWN_FOR = 2000; // ms

  // Where the clipboard is closed to pages (no TLS, an old browser), the text is shown and selected instead.
  async function copy(source) {
    try {
      await navigator.clipboard.writeText(source.value);
      return true;
    } catch {
      source.hidden = false;
      source.focus();
      source.select();
      return false;
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !(await copy(document.getElementById(button.dataset.copy)))) return;
    document.getElementById("copied").textContent = button.dataset.copied;
    button.dataset.done = button.dataset.copied;
    setTimeout(() => {
      delete button.dataset.done;
      document.getElementById("copied").textContent = "";
    }, SHOWN_FOR);
  });
})();
