// The tabs: the one that is open is in sight, and the pips of a project's follow what is saved below them.
(() => {
  "use strict";

  const tabs = document.querySelector(".tabs");
  if (!tabs) return;
  const open = tabs.querySelector(".on");
  // Only the row of tabs scrolls, never the page.
  if (open) tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;

  // Fragments that follow a save say how far their part is (the tag `progress`). They come by htmx and by passage.js.
  const known = {}; // part -> when the newest word about it was true
  function take(news) {
    const { part, pip, pipSaid, asOf, progress } = news.dataset;
    if (asOf < (known[part] ?? "")) return; // overtaken by another answer
    known[part] = asOf;
    const round = tabs.querySelector(`[data-tab-of="${part}"] .pip`);
    if (round) {
      round.className = `pip ${pip}`;
      round.title = pipSaid;
      round.setAttribute("aria-label", pipSaid);
    }
    const words = document.getElementById("progress-words");
    if (words && progress) words.textContent = progress;
  }

  const seen = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        if (node.matches("[data-part]")) take(node);
        else node.querySelectorAll("[data-part]").forEach(take);
      }
    }
  });
  seen.observe(document.getElementById("content"), { childList: true, subtree: true });
})();
