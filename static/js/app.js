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
  // After a fragment with errors came in, the first wrong field has the focus.
  document.addEventListener("htmx:afterSettle", (event) => {
    const wrong = event.target.querySelector?.("[aria-invalid=true]");
    if (wrong) wrong.focus();
  });
})();
