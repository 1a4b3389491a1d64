// The canvas page around its fields: the panel beside a block, who else is here, and what others wrote meanwhile.
// The fields themselves are passage.js; this file only tells them that there is news.
(() => {
  "use strict";

  const page = document.querySelector(".canvas-page[data-news]");
  if (!page) return;
  const EVERY = 4000; // ms between two questions for news
  const SIGN = 20000; // ms between two signs of life
  const TIMEOUT = 10000; // ms
  const panel = document.getElementById("panel");
  const wide = matchMedia("(min-width: 861px)");
  const boxes = () => page.querySelectorAll(".block[data-block]");
  const boxOf = (element) => element.closest?.(".block[data-block]");
  const { session } = window.mlcanvas;

  // The panel. On a phone its links lead to the page of the block, where the same stands below the text.
  const beside = page.querySelector(".canvas-split") !== null;
  let guided = "";
  let tab = "guide";

  function guide(box, wanted = tab) {
    const address = box.querySelector("[data-guide]").dataset.guide;
    guided = box.dataset.block;
    htmx.ajax("GET", address, { target: "#panel", swap: "innerHTML" }).then(() => {
      panel.hidden = false;
      page.classList.add("with-panel");
      if (wanted !== "guide") panel.querySelector(`[data-tab="${wanted}"]`)?.click();
      else tab = wanted;
    });
  }

  function close() {
    const box = document.getElementById(`box-${guided}`);
    panel.hidden = true;
    page.classList.remove("with-panel");
    guided = "";
    box?.querySelector("[data-guide]")?.focus();
  }

  page.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-panel]")) close();
    const chosen = event.target.closest("[data-tab]");
    if (chosen) {
      tab = chosen.dataset.tab;
      for (const link of chosen.parentElement.children) link.toggleAttribute("aria-current", link === chosen);
    }
    const link = event.target.closest("[data-guide], [data-guide-tab]");
    if (!link || !beside || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const box = boxOf(link);
    const wanted = link.dataset.guideTab ?? "guide";
    if (guided === box.dataset.block && wanted === tab) close();
    else guide(box, wanted);
  });
  // A version came back from the history in the panel: the block is told as if somebody else had written.
  document.addEventListener("block-restored", (event) => {
    const box = document.getElementById(`box-${event.detail.block}`);
    const detail = { version: event.detail.version, who: "" };
    box?.querySelector("textarea[data-passage]")?.dispatchEvent(new CustomEvent("passage:news", { detail }));
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && beside && !event.target.closest("[role=listbox], [role=combobox]")) close();
  });
  // Another kind of task has other guidance.
  document.addEventListener("htmx:afterSwap", (event) => {
    const box = document.getElementById(`box-${guided}`);
    if (event.target.id === "fact-task_type" && event.detail.successful && box) guide(box);
  });

  // Who is where. A change of block is told after a moment, so that walking through the blocks by Tab tells once.
  let at = page.dataset.at ?? "";
  let told = null;
  let toldAt = 0;
  let moving = 0;

  function tell(fields, keepalive = false) {
    const body = new URLSearchParams(fields);
    const headers = { "HX-Request": "true", "X-CSRFToken": session.token() };
    fetch(page.dataset.here, { method: "POST", body, headers, keepalive }).catch(() => {});
  }

  function sign() {
    if (document.hidden || session.state !== "in" || (told === at && performance.now() - toldAt < SIGN)) return;
    told = at;
    toldAt = performance.now();
    tell({ block: at });
  }

  page.addEventListener("focusin", (event) => {
    const box = boxOf(event.target);
    if (!box) return;
    at = box.dataset.block;
    clearTimeout(moving);
    moving = setTimeout(() => {
      sign();
      if (beside && guided && guided !== at && wide.matches && event.target.matches("textarea")) guide(box);
    }, 400);
  });
  page.addEventListener("focusout", (event) => {
    if (!boxOf(event.target) || (event.relatedTarget && boxOf(event.relatedTarget))) return;
    at = page.dataset.at ?? "";
    clearTimeout(moving);
    moving = setTimeout(sign, 400);
  });
  addEventListener("pagehide", () => tell({ gone: "1" }, true));

  // What is new.
  let known = "";
  let timer = 0;

  async function ask() {
    clearTimeout(timer);
    // Nobody asks between a session that ended and the next: the answer to the old one could end the new one too,
    // because it takes the cookie away that a sign-in has just brought.
    if (document.hidden || session.state !== "in" || !page.isConnected) return;
    try {
      const headers = { "HX-Request": "true" };
      if (known) headers["If-None-Match"] = known;
      const answer = await fetch(page.dataset.news, { headers, signal: AbortSignal.timeout(TIMEOUT) });
      if (answer.status === 200) {
        const news = await answer.json();
        known = answer.headers.get("ETag") ?? "";
        take(news);
      } else if (answer.status === 401) session.out();
    } catch {
      // Offline, or the server restarts: the next question finds out.
    }
    sign();
    clearTimeout(timer);
    timer = setTimeout(ask, EVERY);
  }

  function take(news) {
    if (!page.isConnected) return;
    people(news.here);
    for (const box of boxes()) {
      const about = news.blocks[box.dataset.block] ?? {};
      const area = box.querySelector("textarea[data-passage]");
      const text = about.text ?? 0;
      const detail = { version: text, who: about.who ?? "" };
      if (area) {
        if (text > Number(box.dataset.text)) area.dispatchEvent(new CustomEvent("passage:news", { detail }));
      } else if (text > Number(box.dataset.text)) renew(box);
      if ((about.agreed ?? 0) !== Number(box.dataset.agreed) || (about.threads ?? 0) !== Number(box.dataset.threads ?? 0)) renew(box);
    }
  }

  // A box is only taken anew where nobody types and nothing is on its way; else the field does it when it is left.
  function renew(box) {
    const status = box.querySelector(".passage-status")?.dataset.kind ?? "";
    if (box.classList.contains("editing") || ["waiting", "saving", "offline", "clash", "refused"].includes(status)) return;
    if (box.contains(document.activeElement)) return;
    htmx.ajax("GET", box.dataset.address, { target: box, swap: "outerHTML" });
  }

  function picture(person) {
    const round = document.createElement("span");
    round.className = `av hue-${person.hue}`;
    round.title = person.name;
    round.setAttribute("aria-hidden", "true");
    round.textContent = person.initials;
    return round;
  }

  const shown = new Map();
  function show(place, persons) {
    const key = JSON.stringify(persons);
    if (!place || shown.get(place) === key) return;
    shown.set(place, key);
    place.replaceChildren(...persons.map(picture));
    if (!persons.length) return;
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = `${place.dataset.here ?? ""} ${persons.map((person) => person.name).join(", ")}`;
    place.append(words);
  }

  function people(here) {
    show(document.getElementById("people"), here);
    for (const box of boxes()) {
      show(box.querySelector("[data-in-here]"), here.filter((person) => person.block === box.dataset.block));
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else ask();
  });
  session.onChange((state) => {
    if (state === "in") ask();
  });
  ask();
})();
