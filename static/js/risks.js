// The risk page as a review team uses it: keys that are dragged or carried to another cell, a list that is edited in
// place, and what others changed meanwhile. Without this script all of it is done on the page of the risk.
(() => {
  "use strict";

  const register = () => document.getElementById("register");
  if (!register()) return;
  document.documentElement.classList.add("has-script");
  const EVERY = 5000; // ms between two questions for news
  const TIMEOUT = 10000; // ms
  const { session } = window.mlcanvas;
  const base = () => register().dataset.base;
  const query = () => register().dataset.query;
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  document.querySelector("main").append(told);

  // The picture.
  let dragged = null;
  let picked = null; // the key that is carried by keyboard, and where it is

  const movable = (element) => element.closest?.(".may-move .chip[data-key]");
  const cellOf = (element) => element.closest?.(".may-move td.cell");
  const unmark = () => document.querySelectorAll(".cell.drop").forEach((cell) => cell.classList.remove("drop"));

  function move(chip, cell) {
    if (cell === chip.closest("td.cell")) return;
    const { key, seen } = chip.dataset;
    const { view, scale } = cell.closest("table").dataset;
    const values = { view, scale, to: cell.dataset.place, seen };
    const address = `${base()}${key}/move/${query()}`;
    htmx.ajax("POST", address, { target: "#register", swap: "outerHTML", values }).then(() => {
      const there = document.getElementById(`chip-${key}`) ?? document.querySelector("#moved button");
      there?.focus({ preventScroll: true });
      told.textContent = document.querySelector("#moved span, #register .alert")?.textContent ?? "";
    });
  }

  document.addEventListener("dragstart", (event) => {
    dragged = movable(event.target) ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.key);
  });
  document.addEventListener("dragover", (event) => {
    const cell = dragged && cellOf(event.target);
    if (!cell) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    if (cell.classList.contains("drop")) return;
    unmark();
    cell.classList.add("drop");
  });
  document.addEventListener("drop", (event) => {
    const cell = dragged && cellOf(event.target);
    if (!cell) return;
    event.preventDefault();
    move(dragged, cell);
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    unmark();
  });

  const ARROWS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function carry(event, chip) {
    const arrow = ARROWS[event.key];
    if (event.key === " ") {
      event.preventDefault();
      if (!picked) {
        picked = { chip, place: chip.closest("td.cell").dataset.place.split("x").map(Number) };
        chip.classList.add("picked");
        chip.closest("td.cell").classList.add("drop");
        told.textContent = chip.closest("td.cell").dataset.label;
      } else {
        const cell = document.querySelector(".cell.drop");
        letGo();
        if (cell) move(chip, cell);
      }
    } else if (picked && event.key === "Enter") {
      event.preventDefault();
    } else if (picked && event.key === "Escape") {
      letGo();
    } else if (picked && arrow) {
      event.preventDefault();
      const to = picked.place.map((step, axis) => step + arrow[axis]);
      const cell = document.querySelector(`td.cell[data-place="${to.join("x")}"]`);
      if (!cell) return;
      picked.place = to;
      unmark();
      cell.classList.add("drop");
      told.textContent = cell.dataset.label;
    }
  }

  function letGo() {
    picked?.chip.classList.remove("picked");
    picked = null;
    unmark();
  }

  // The list: one cell is reached by Tab, the others from it by arrows.
  const cells = () => [...document.querySelectorAll(".sheet [data-cell]")];

  function reach() {
    const all = cells();
    if (all.length === 0 || all.some((cell) => cell.tabIndex === 0)) return;
    for (const cell of all) cell.tabIndex = -1;
    all[0].tabIndex = 0;
  }

  function go(cell) {
    if (!cell) return;
    for (const other of cells()) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }

  function walk(cell, key) {
    const row = cell.parentElement;
    const same = (other) => other?.querySelector?.(`[data-cell="${cell.dataset.cell}"]`);
    const inRow = [...row.querySelectorAll("[data-cell]")].filter((one) => one.offsetParent !== null);
    const at = inRow.indexOf(cell);
    if (key === "ArrowLeft") go(inRow[at - 1]);
    else if (key === "ArrowRight") go(inRow[at + 1]);
    else if (key === "ArrowUp") go(same(row.previousElementSibling));
    else if (key === "ArrowDown") go(same(row.nextElementSibling));
    else if (key === "Home") go(inRow[0]);
    else if (key === "End") go(inRow.at(-1));
    else return false;
    return true;
  }

  let before = new Map(); // what stood in a cell that is edited

  function edit(cell) {
    if (cell.querySelector(".cell-editor")) return;
    before.set(cell, [...cell.childNodes]);
    const address = `${base()}${cell.parentElement.dataset.key}/cell/${cell.dataset.cell}/${query()}`;
    htmx.ajax("GET", address, { target: cell, swap: "innerHTML" }).then(() => {
      const field = cell.querySelector("input:not([type=hidden]), select, textarea");
      field?.focus();
      field?.select?.();
    });
  }

  function cancel(cell) {
    const stood = before.get(cell);
    if (!stood) return;
    cell.replaceChildren(...stood);
    before.delete(cell);
    go(cell);
  }

  document.addEventListener("dblclick", (event) => {
    const cell = event.target.closest(".sheet [data-cell]");
    if (cell) edit(cell);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]")) cancel(event.target.closest("[data-cell]"));
    const cell = event.target.closest(".sheet [data-cell]");
    if (!cell || event.target.closest("a, button, input, select, textarea, .cell-editor")) return;
    edit(cell);
  });
  document.addEventListener("keydown", (event) => {
    const chip = movable(event.target);
    if (chip) carry(event, chip);
    const cell = event.target.closest?.(".sheet [data-cell]");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && cell.querySelector(".cell-editor")) cancel(cell);
    else if (event.target === cell && ["Enter", "F2"].includes(event.key)) {
      event.preventDefault();
      edit(cell);
    } else if (event.target === cell && walk(cell, event.key)) event.preventDefault();
  });

  // After a save the focus is where it was: on the cell, which is another element now.
  let saved = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const cell = event.target.closest?.("[data-cell]");
    if (event.target.matches?.(".cell-editor")) saved = `#row-${cell.parentElement.dataset.key} [data-cell="${cell.dataset.cell}"]`;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const cell = saved && document.querySelector(saved);
    if (cell && !cell.querySelector(".cell-editor")) {
      saved = null;
      before.clear();
      go(cell);
    } else if (cell) cell.querySelector("[aria-invalid=true], input:not([type=hidden]), select")?.focus();
    saved = cell ? saved : null;
    reach();
  });
  reach();

  // What is typed and not sent yet outlives a register that is drawn anew.
  const changed = (field) =>
    field.type === "checkbox" ? field.checked !== field.defaultChecked
    : field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0
    : field.type !== "hidden" && field.type !== "range" && field.value !== field.defaultValue;
  const typed = () => [...register().querySelectorAll("input, textarea, select")].filter((field) => field.id && changed(field));
  let kept = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "register") return;
    const sent = event.detail.requestConfig.elt.closest?.("form");
    kept = typed().filter((field) => field.form !== sent && field.form?.method === "post").map(({ id, value }) => ({ id, value }));
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const { id, value } of kept) {
      const field = document.getElementById(id);
      if (!field || field.type === "checkbox") continue;
      field.value = value;
      for (let up = field.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
    }
    kept = [];
  });

  // The ways as arrows: drawn when somebody opens them, and anew when the register is another one.
  let plotly = null;

  function library(address) {
    plotly ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        plotly = null;
        reject(new Error("no plotly"));
      };
      document.head.append(script);
    });
    return plotly;
  }

  // The figure names its colours; what they are, the theme of this page says.
  const probe = document.createElement("i");
  const seen = new Map();

  function colour(name) {
    if (!seen.has(name)) {
      probe.style.color = `var(${name})`;
      register().append(probe);
      seen.set(name, getComputedStyle(probe).color);
      probe.remove();
    }
    return seen.get(name);
  }

  function coloured(value) {
    if (typeof value === "string") {
      const name = value.match(/^var\((--[\w-]+)\)$/)?.[1];
      return name ? colour(name) : value;
    }
    if (Array.isArray(value)) return value.map(coloured);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one)]));
  }

  // On a phone the cells are small, and so is what stands in them.
  function narrow({ data, layout }) {
    for (const { marker, textfont } of data) {
      if (!textfont) continue;
      textfont.size = 7;
      marker.size = typeof marker.size === "number" ? 17 : marker.size.map((size) => size * 0.8);
    }
    for (const axis of [layout.xaxis, layout.yaxis]) axis.ticktext = axis.tickvals.map(String);
    layout.showlegend = data.length < 5;
  }

  async function draw() {
    const place = document.querySelector("#movement[open] .plot");
    if (!place) return;
    const shown = new URL(document.getElementById("heat").getAttribute("hx-get"), location.href).search;
    try {
      const answer = fetch(place.dataset.figure + shown, { signal: AbortSignal.timeout(TIMEOUT) });
      const [{ newPlot }, figure] = await Promise.all([
        library(place.dataset.plotly),
        answer.then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.status)))),
      ]);
      seen.clear();
      const { data, layout } = coloured(figure);
      layout.font.family = getComputedStyle(document.body).fontFamily;
      if (place.offsetWidth < 500) narrow({ data, layout });
      await newPlot(place, data, layout, { displayModeBar: false, responsive: true });
      place.on("plotly_click", ({ points: [point] }) => {
        const of = point.customdata;
        if (!of) return;
        if (of.includes("x")) document.getElementById(`cell-${of}`)?.click();
        else location.assign(`${base()}${of}/`);
      });
    } catch {
      place.textContent = place.dataset.away;
    }
  }

  document.addEventListener("toggle", (event) => event.target.id === "movement" && draw(), true);
  // What was open stays open when the register is drawn anew.
  let open = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "register") open = [...register().querySelectorAll("details[id][open]")].map(({ id }) => id);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    open = [];
    if (event.target.id === "heat") draw();
  });

  // What others changed. The page is taken anew where nobody types, drags, carries, ticks or looks at the past.
  const busy = () =>
    dragged || picked || document.querySelector(".cell-editor, .moment-note, .risks input:checked") || typed().length > 0 ||
    (register().contains(document.activeElement) && document.activeElement.matches("input, textarea, select"));

  async function ask() {
    if (!document.hidden && session.state === "in" && register()) {
      try {
        const answer = await fetch(register().dataset.news, {
          headers: { "HX-Request": "true" },
          signal: AbortSignal.timeout(TIMEOUT),
        });
        if (answer.status === 401) session.out();
        const { moments } = answer.status === 200 ? await answer.json() : { moments: 0 };
        const known = Number(document.getElementById("heat").dataset.moments);
        if (moments > known && !busy()) {
          const at = document.activeElement?.id;
          await htmx.ajax("GET", `${base()}${query()}`, { target: "#register", swap: "outerHTML" });
          if (at) document.getElementById(at)?.focus({ preventScroll: true });
        }
      } catch {
        // Offline, or the server restarts: the next question finds out.
      }
    }
    setTimeout(ask, EVERY);
  }
  setTimeout(ask, EVERY);
})();
