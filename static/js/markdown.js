// Small help for people who write lists: Enter goes on with a list, Ctrl-B and Ctrl-I mark words, and the box of a task
// can be ticked in the text as it is read. All of it only changes the text in the field; passage.js saves that.
(() => {
  "use strict";

  const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))\s+(\[[ xX]\]\s+)?/;
  const TASK = /^(\s*(?:>\s*)*(?:[-*+]|\d{1,9}[.)])\s+\[)([ xX])(\]\s)/;
  const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
  const isField = (element) => element.matches?.("textarea[data-passage]");

  // execCommand keeps the browser's own undo.
  const insert = (text) => document.execCommand(text ? "insertText" : "delete", false, text);

  // People who type the bullet themselves after Enter get one, not two: what they type of the bullet that stands there
  // already is held back, and given out when it was no bullet ("-5 %").
  let given = { area: null, rest: "", held: "" };

  function twice(area, key) {
    if (given.area !== area || !given.rest) return false;
    if (key === given.rest[0]) {
      given.held += key;
      given.rest = given.rest.slice(1);
      return true;
    }
    if (["Shift", "Control", "Alt", "Meta", "CapsLock"].includes(key)) return false;
    const { held } = given;
    given = { area: null, rest: "", held: "" };
    if (held && key.length === 1) insert(held);
    return false;
  }

  function nextItem(area) {
    const before = area.value.slice(0, area.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const found = ITEM.exec(line);
    if (!found || area.selectionStart !== area.selectionEnd) return false;
    const [whole, indent, bullet, number, dot, task] = found;
    if (line.length === whole.length) {
      area.setSelectionRange(area.selectionStart - whole.length, area.selectionStart);
      insert("");
      return true;
    }
    const marker = `${bullet ?? Number(number) + 1 + dot} ${task ? "[ ] " : ""}`;
    insert(`\n${indent}${marker}`);
    given = { area, rest: marker, held: "" };
    return true;
  }

  function mark(area, sign) {
    const { selectionStart: start, selectionEnd: end } = area;
    const words = area.value.slice(start, end);
    const marked = words.startsWith(sign) && words.endsWith(sign) && words.length >= 2 * sign.length;
    insert(marked ? words.slice(sign.length, -sign.length) : `${sign}${words}${sign}`);
    if (!words) area.setSelectionRange(start + sign.length, start + sign.length);
    else area.setSelectionRange(start, start + words.length + (marked ? -2 : 2) * sign.length);
  }

  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (!isField(area) || area.readOnly || event.isComposing) return;
    const alone = !event.shiftKey && !event.altKey;
    const command = alone && (event.ctrlKey || event.metaKey);
    if (!command && twice(area, event.key)) event.preventDefault();
    else if (event.key === "Enter" && alone && !command && nextItem(area)) event.preventDefault();
    else if (command && event.key.toLowerCase() === "b") (event.preventDefault(), mark(area, "**"));
    else if (command && event.key.toLowerCase() === "i") (event.preventDefault(), mark(area, "*"));
  });

  // Tasks.
  function tasks(text) {
    const found = [];
    let fence = "";
    for (const [number, line] of text.split("\n").entries()) {
      const edge = FENCE.exec(line);
      if (edge && !fence) fence = edge[1];
      else if (edge && edge[1][0] === fence[0] && edge[1].length >= fence.length) fence = "";
      else if (!fence && TASK.test(line)) found.push(number);
    }
    return found;
  }

  const ticks = (box) => [...box.querySelectorAll(".rendered .task-list-item > input[type=checkbox]")];

  function ready(root) {
    for (const area of root.querySelectorAll("textarea[data-passage][data-box]")) {
      const box = document.getElementById(area.dataset.box);
      if (area.readOnly || !box) continue;
      const drawn = ticks(box);
      if (drawn.length !== tasks(area.value).length) continue;
      for (const tick of drawn) {
        tick.disabled = false;
        tick.removeAttribute("aria-hidden");
        tick.setAttribute("aria-label", tick.parentElement.textContent.trim().slice(0, 120));
      }
    }
  }

  document.addEventListener("change", (event) => {
    const box = event.target.matches?.(".task-list-item > input") && event.target.closest(".block, .passage-box");
    const area = box && box.querySelector("textarea[data-passage]");
    if (!area) return;
    const number = tasks(area.value)[ticks(box).indexOf(event.target)];
    const lines = area.value.split("\n");
    lines[number] = lines[number].replace(TASK, `$1${event.target.checked ? "x" : " "}$3`);
    area.value = lines.join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });

  new MutationObserver((changes) => {
    if (changes.some((change) => change.addedNodes.length)) ready(document);
  }).observe(document.getElementById("content"), { childList: true, subtree: true });
  ready(document);
})();
