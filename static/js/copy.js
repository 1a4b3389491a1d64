// Copying, for every element with `data-copy` or `data-copy-from`, now or later in the page.
//
// data-copy="words"         copies these words; without words, the address that the link leads to
// data-copy-from="#id"      copies what stands in that element
// data-copy-from="address"  copies what that address answers; without one, what the link leads to
// data-copied, data-by-hand, data-failed: what is said after it, on the element or once on something around it
//
// Where the browser does not let a page write to the clipboard, the words come up in a field, selected, to copy by hand.
(() => {
  "use strict";

  const SAID_FOR = 2500; // ms

  async function words(from) {
    if (from.hasAttribute("data-copy")) return from.dataset.copy || from.href;
    const place = from.dataset.copyFrom;
    if (place.startsWith("#")) {
      const element = document.querySelector(place);
      return element.value ?? element.textContent;
    }
    const response = await fetch(place || from.href);
    if (!response.ok || response.redirected) throw new Error("not answered");
    return response.text();
  }

  const sayings = (from) => from.closest("[data-copied]").dataset;

  function say(from, sentence) {
    let said = from.nextElementSibling;
    if (!said?.matches(".copy-said")) {
      said = document.createElement("span");
      said.className = "copy-said";
      said.setAttribute("role", "status");
      from.after(said);
    }
    said.textContent = sentence;
    clearTimeout(said.timer);
    said.timer = setTimeout(() => (said.textContent = ""), SAID_FOR);
  }

  function byHand(from, text) {
    const old = from.parentElement.querySelector(".copy-by-hand");
    old?.remove();
    const label = document.createElement("label");
    label.className = "copy-by-hand";
    label.textContent = sayings(from).byHand;
    const field = document.createElement("textarea");
    field.readOnly = true;
    field.rows = Math.min(6, text.split("\n").length);
    field.value = text;
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      label.remove();
      from.focus();
    });
    label.append(field);
    from.parentElement.append(label);
    field.focus();
    field.select();
    return label;
  }

  async function copy(from) {
    let text;
    try {
      text = await words(from);
    } catch {
      say(from, sayings(from).failed);
      return;
    }
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not over plain http, not without permission: the old way, and by hand where that is shut too.
      const field = byHand(from, text);
      if (!document.execCommand("copy")) return;
      field.remove();
      from.focus();
    }
    say(from, sayings(from).copied);
  }

  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-copy], [data-copy-from]");
    if (!from || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    copy(from);
  });
})();
