// Small behaviour of every page.
(() => {
  "use strict";
  // A menu closes on a click elsewhere and on Escape, and gives the focus back.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  // An answer never replaces what somebody chose or typed after its request went out. The page stays as it is then: what
  // was chosen meanwhile has a request of its own, which waits in the queue and would be dropped with its form.
  const touched = new WeakMap();
  const sent = new WeakMap();
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => touched.set(event.target, performance.now()), true);
  }
  document.addEventListener("htmx:beforeRequest", (event) => sent.set(event.detail.xhr, performance.now()));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const since = sent.get(event.detail.xhr);
    const newer = (control) => (touched.get(control) ?? 0) > since;
    const controls = event.detail.target.querySelectorAll("input, select, textarea");
    if (since !== undefined && [...controls].some(newer)) event.detail.shouldSwap = false;
  });
  // After a fragment with errors came in, the first wrong field has the focus.
  document.addEventListener("htmx:afterSettle", (event) => {
    const wrong = event.target.querySelector?.("[aria-invalid=true]");
    if (wrong) wrong.focus();
  });
})();
