// “None of these” and “not sure” stand alone: whoever ticks one of them unticks the rest, and the other way round. The
// server settles the same for those without scripts; here it is seen at once, and before the answer is sent.
(() => {
  "use strict";
  document.addEventListener(
    "change",
    (event) => {
      const box = event.target;
      const options = box.closest?.(".legal-options");
      if (!options || !box.checked) return;
      for (const other of options.querySelectorAll("input")) {
        if (other !== box && ("alone" in box.dataset || "alone" in other.dataset)) other.checked = false;
      }
    },
    true,
  );
})();
