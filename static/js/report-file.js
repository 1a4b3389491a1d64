// The charts of a report that was saved as one file: a line that reads a curve, the map that shows its risks in the
// register, words for each bar. Nothing here knows a number or a sentence: the page holds them all. Without this script,
// and on paper, the page says the same in its tables.
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const html = (name, attributes = {}, text = "") => {
    const made = set(document.createElement(name), attributes);
    made.textContent = text;
    return made;
  };
  const svg = (name, attributes) => set(document.createElementNS(SVG, name), attributes);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  // One stop for the tab key; arrows lead to the nearest of `items` in their direction.
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const middle = (item) => {
    const { x, y, width, height } = item.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  function roving(items) {
    const choose = (chosen) => {
      for (const item of items) item.setAttribute("tabindex", item === chosen ? 0 : -1);
    };
    const next = (item, [right, down]) => {
      const [x, y] = middle(item);
      let found = null;
      let least = Infinity;
      for (const other of items) {
        const [away, below] = [middle(other)[0] - x, middle(other)[1] - y];
        const along = away * right + below * down;
        const far = along + 2 * Math.abs(away * down + below * right);
        if (along > 1 && far < least) [found, least] = [other, far];
      }
      return found;
    };
    for (const item of items) {
      item.addEventListener("focus", () => choose(item));
      item.addEventListener("keydown", (event) => {
        if (!(event.key in ARROWS) || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        next(item, ARROWS[event.key])?.focus();
      });
    }
    choose(items[0]);
  }

  // A curve is read at the points whose figures are known: [thousandths from the left, from above, what to say].
  function curve(figure) {
    const told = JSON.parse(figure.dataset.told);
    const plot = figure.querySelector(".report-plot");
    const field = plot.querySelector(".report-field");
    const line = field.appendChild(svg("line", { class: "reading", y1: "0", y2: "100%" }));
    const spot = field.appendChild(svg("circle", { class: "reading", r: "5" }));
    const words = html("p");
    const slider = html("input", { type: "range", min: 0, max: told.length - 1, "aria-label": figure.dataset.title });
    const show = (place) => {
      const [x, y, said] = told[place];
      set(line, { x1: `${x / 10}%`, x2: `${x / 10}%` });
      set(spot, { cx: `${x / 10}%`, cy: `${y / 10}%` });
      words.textContent = said;
      slider.value = place;
      slider.setAttribute("aria-valuetext", said);
    };
    const follow = (event) => {
      const { left, top, width, height } = field.getBoundingClientRect();
      const [x, y] = [(1000 * (event.clientX - left)) / width, (1000 * (event.clientY - top)) / height];
      // Where the curve is steep, several points stand above each other.
      const away = told.map(([across, down]) => 1000 * Math.abs(across - x) + Math.abs(down - y));
      show(away.indexOf(Math.min(...away)));
    };
    for (const kind of ["pointerdown", "pointermove"]) plot.addEventListener(kind, follow);
    slider.addEventListener("input", () => show(Number(slider.value)));
    const reading = html("div", { class: "report-reading" });
    reading.append(words, slider);
    plot.after(reading);
    show(Number(figure.dataset.first));
  }

  // The words of a bar stand below all of them, where they hide none.
  function ranges(figure) {
    const rows = all(".report-range:not(.report-axis)", figure);
    if (!rows.length) return;
    const said = html("p", { class: "report-said", "aria-hidden": "true" });
    let shown = null;
    const show = (row) => {
      shown?.classList.remove("is-shown");
      shown = row;
      row.classList.add("is-shown");
      said.textContent = row.getAttribute("aria-label");
    };
    for (const row of rows) {
      const title = row.querySelector("title");
      set(row, { role: "group", "aria-label": title.textContent });
      title.remove();
      row.addEventListener("focus", () => show(row));
      row.addEventListener("pointerenter", () => show(row));
    }
    roving(rows);
    figure.append(said);
  }

  // Pressing a cell marks its risks in the register below.
  function map(figure) {
    const section = figure.closest(".report-section");
    const rows = all("table[data-sorts] tbody tr", section);
    const filled = all("rect[data-told]", figure);
    if (!rows.length || !filled.length) return;
    const drawing = filled[0].ownerSVGElement;
    const status = html("div", { class: "report-chosen", role: "status" });
    let chosen = null;

    const choose = (cell) => {
      chosen?.setAttribute("aria-pressed", "false");
      chosen = cell;
      status.replaceChildren();
      const keys = cell ? JSON.parse(cell.dataset.keys) : [];
      for (const row of rows) {
        row.classList.toggle("is-marked", keys.includes(row.dataset.key));
        row.classList.toggle("is-dimmed", Boolean(cell) && !keys.includes(row.dataset.key));
      }
      if (!cell) return;
      cell.setAttribute("aria-pressed", "true");
      status.append(html("span", {}, `${cell.dataset.told}:`));
      const jumps = status.appendChild(html("div"));
      for (const row of rows.filter((row) => row.classList.contains("is-marked"))) {
        const jump = jumps.appendChild(html("button", { type: "button" }, row.dataset.key));
        jump.addEventListener("click", () => {
          row.setAttribute("tabindex", "-1");
          row.focus({ preventScroll: true });
          row.scrollIntoView({ block: "center" });
        });
      }
      const back = status.appendChild(html("button", { type: "button", class: "is-all" }, figure.dataset.all));
      back.addEventListener("click", () => end());
    };
    const end = () => {
      const cell = chosen;
      const lost = status.contains(document.activeElement);
      choose(null);
      if (lost) cell.focus({ preventScroll: true });
    };

    // What is drawn stays hidden from those who hear the page; what can be pressed is not.
    const frame = drawing.parentElement;
    frame.removeAttribute("aria-hidden");
    for (const part of [...frame.children, ...drawing.children]) {
      if (part !== drawing) part.setAttribute("aria-hidden", "true");
    }
    set(drawing, { role: "toolbar", "aria-label": figure.dataset.title });
    const cells = filled.map((rect) => {
      const cell = drawing.appendChild(set(rect.cloneNode(), { class: "press", role: "button", "aria-pressed": "false" }));
      cell.removeAttribute("aria-hidden");
      cell.setAttribute("aria-label", `${cell.dataset.told}: ${JSON.parse(cell.dataset.keys).join(", ")}`);
      const press = () => choose(cell === chosen ? null : cell);
      cell.addEventListener("click", press);
      cell.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        press();
      });
      return cell;
    });
    roving(cells);
    figure.after(status);
    document.addEventListener("keydown", (event) => event.key === "Escape" && chosen && end());
  }

  // The first press sorts a column upwards, the second downwards, the third gives back the order of the report.
  function sorted(table) {
    const [body] = table.tBodies;
    const rows = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
    for (const [place, head] of heads.entries()) {
      const button = html("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      const word = (row) => row.cells[place].dataset.order ?? row.cells[place].textContent.trim();
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        for (const other of heads) other.removeAttribute("aria-sort");
        const way = !now ? 1 : now === "ascending" ? -1 : 0;
        if (way) head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        body.append(...(way ? [...rows].sort((one, other) => way * order.compare(word(one), word(other))) : rows));
      });
    }
  }

  for (const figure of all(".report-curve[data-told]")) curve(figure);
  for (const figure of all(".report-ranges")) ranges(figure);
  for (const figure of all(".report-heat")) map(figure);
  for (const table of all("table[data-sorts]")) sorted(table);
})();
