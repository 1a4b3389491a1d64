// The handle on the curve of what accuracy costs: dragged, or moved by keyboard, from one round target to the next.
// It shows the target at once; what it costs in words is asked for when the hand rests. Without this script the form
// below the curve, and the links of its table, do the same.
(() => {
  "use strict";

  const REST = 150; // ms
  const handle = () => document.getElementById("accuracy-handle");
  const stops = () => [...document.querySelectorAll("#accuracy-table tr[data-place]")];
  let dragged = false;
  let waiting = 0;

  function place(data, number) {
    const at = handle();
    if (!at) return;
    const line = at.querySelector("line");
    line.setAttribute("x1", data.place);
    line.setAttribute("x2", data.place);
    at.querySelector("circle").setAttribute("cx", data.place);
    at.querySelector("circle").setAttribute("cy", data.height);
    at.setAttribute("aria-valuenow", number);
    at.setAttribute("aria-valuetext", data.words.trim());
  }

  function choose(number) {
    const rows = stops();
    const to = Math.min(Math.max(number, 0), rows.length - 1);
    const row = rows[to];
    const field = document.getElementById("accuracy-target");
    if (!row || !field || field.value === row.dataset.typed) return;
    field.value = row.dataset.typed;
    place(row.dataset, to);
    clearTimeout(waiting);
    waiting = setTimeout(() => document.querySelector(".target-form")?.requestSubmit(), REST);
  }

  function nearest(event) {
    const plot = document.getElementById("accuracy-plot").getBoundingClientRect();
    const along = (100 * (event.clientX - plot.left)) / plot.width;
    const away = stops().map((row) => Math.abs(parseFloat(row.dataset.place) - along));
    return away.indexOf(Math.min(...away));
  }

  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 3, PageDown: -3 };
  document.addEventListener("keydown", (event) => {
    if (event.target !== handle() || event.altKey || event.ctrlKey || event.metaKey) return;
    const now = Number(handle().getAttribute("aria-valuenow"));
    if (event.key in steps) choose(now + steps[event.key]);
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(stops().length - 1);
    else return;
    event.preventDefault();
  });

  document.addEventListener("pointerdown", (event) => {
    const plot = event.target.closest?.("#accuracy-plot");
    if (!plot || !handle() || event.button !== 0) return;
    dragged = true;
    plot.setPointerCapture(event.pointerId);
    handle().focus({ preventScroll: true });
    event.preventDefault();
    choose(nearest(event));
  });
  document.addEventListener("pointermove", (event) => dragged && choose(nearest(event)));
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => (dragged = false));

  function ready() {
    document.getElementById("accuracy-plot")?.classList.toggle("has-handle", Boolean(handle()));
  }
  document.addEventListener("htmx:afterSwap", () => {
    ready();
    const chosen = document.getElementById("accuracy-chosen");
    if (chosen?.dataset.place && !dragged) place(chosen.dataset, chosen.dataset.number);
  });
  ready();
})();
