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
  // And what is pressed has to come up on the same element, else the browser makes no click of it: an answer that comes
  // while a button or the space bar is held down inside its place waits for the release.
  const latest = new WeakMap();
  let held = null;
  let waiting = [];
  const release = () => {
    held = null;
    setTimeout(() => {
      const swaps = waiting;
      waiting = [];
      for (const swap of swaps) swap();
    });
  };
  document.addEventListener("pointerdown", (event) => (held = event.target), true);
  document.addEventListener("keydown", (event) => (held = event.key === " " ? event.target : held), true);
  for (const kind of ["pointerup", "pointercancel", "keyup", "change"]) document.addEventListener(kind, release, true);
  // The list of a choice swallows the release.
  document.addEventListener("pointermove", (event) => held && !event.buttons && release(), true);
  window.addEventListener("blur", release);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr, target } = event.detail;
    sent.set(xhr, { since: performance.now(), place: target });
    latest.set(target, xhr);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target, elt, serverResponse } = event.detail;
    if (!sent.has(xhr) || !event.detail.shouldSwap) return;
    // An answer may name another place than the one that was asked for.
    const { since, place } = sent.get(xhr);
    const newer = (control) => (touched.get(control) ?? 0) > since;
    const overtaken = () => [...target.querySelectorAll("input, select, textarea")].some(newer);
    if (overtaken()) event.detail.shouldSwap = false;
    else if (held && target.contains(held)) {
      event.detail.shouldSwap = false;
      const wanted = xhr.getResponseHeader("HX-Reswap") ?? elt.closest("[hx-swap]")?.getAttribute("hx-swap");
      const swapStyle = wanted?.split(" ")[0] ?? "innerHTML";
      waiting.push(() => {
        if (!target.isConnected || latest.get(place) !== xhr || overtaken()) return;
        const spec = { swapStyle, swapDelay: 0, settleDelay: 0 };
        htmx.swap(target, serverResponse, spec, { contextElement: elt, eventInfo: event.detail });
      });
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
  // After a fragment with errors came in, the first wrong field has the focus.
  document.addEventListener("htmx:afterSettle", (event) => {
    const wrong = event.target.querySelector?.("[aria-invalid=true]");
    if (wrong) wrong.focus();
  });
})();
