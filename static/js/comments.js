// Comments in the browser: what is written is kept until it is stored, and @ offers the people of the workspace.
//
// Works wherever the fragment #comments is: on its own page, or loaded by htmx beside a block.
(() => {
  "use strict";

  const KEPT_FOR = 14 * 24 * 3600 * 1000; // ms
  const PREFIX = "mlcanvas:comment:";
  const OFFERED = 8; // people at once
  const user = document.body.dataset.user;

  // Drafts: in this window, and in the browser's storage where there is one.

  const here = new Map();
  const storage = {
    get(key) {
      if (here.has(key)) return here.get(key);
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    set(key, value) {
      here.set(key, value);
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Private window or full disk: it is still in this window.
      }
    },
    drop(key) {
      here.delete(key);
      try {
        localStorage.removeItem(key);
      } catch {
        // As above.
      }
    },
    sweep() {
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(PREFIX)) continue;
          const kept = storage.get(key);
          if (!kept || Date.now() - kept.at > KEPT_FOR) localStorage.removeItem(key);
        }
      } catch {
        // As above.
      }
    },
  };

  const keyOf = (form) => `${PREFIX}${user}:${form.dataset.draft}`;
  const sayings = (form) => form.closest("#comments").dataset;
  const say = (form, words) => (form.querySelector(".comment-status").textContent = words);

  function keep(form) {
    const { text, quote, once, base } = form.elements;
    if (!text.value && !quote?.value) {
      storage.drop(keyOf(form));
      return;
    }
    const kept = { text: text.value, quote: quote?.value ?? "", once: once.value, base: base?.value ?? "", at: Date.now() };
    storage.set(keyOf(form), kept);
  }

  function restore(form) {
    const kept = storage.get(keyOf(form));
    const { text, quote, once, base } = form.elements;
    if (!kept) return;
    if (kept.text === text.value && (!quote || kept.quote === quote.value)) return;
    // What came back with a reason beside it is newer than what was kept.
    if (text.getAttribute("aria-invalid")) return;
    text.value = kept.text;
    // The form that it was written in: if it was stored after all, it is not stored again.
    once.value = kept.once;
    if (base && kept.base) base.value = kept.base;
    if (quote && kept.quote) {
      quote.value = kept.quote;
      quote.closest("details").open = true;
    }
    const answer = form.closest("details.answer");
    if (answer) answer.open = true;
    say(form, sayings(form).restored);
  }

  function attach(root) {
    for (const form of root.querySelectorAll("form[data-draft]")) restore(form);
    const fresh = root.querySelector("[data-fresh]");
    if (fresh) {
      fresh.scrollIntoView({ block: "nearest" });
      fresh.focus({ preventScroll: true });
    }
  }

  async function freshToken() {
    try {
      const response = await fetch(location.href);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const headers = page.body.getAttribute("hx-headers");
      if (!headers || page.body.dataset.user !== user || headers === document.body.getAttribute("hx-headers")) return false;
      document.body.setAttribute("hx-headers", headers);
      const token = JSON.parse(headers)["X-CSRFToken"];
      for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
      return true;
    } catch {
      return false;
    }
  }

  const formOf = (event) => {
    const sent = event.detail.requestConfig?.elt ?? event.detail.elt;
    return sent?.matches?.("form[data-draft]") ? sent : null;
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    delete form.dataset.again;
    say(form, "");
    keep(form);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = formOf(event);
    if (!form) return;
    keep(form);
    say(form, sayings(form).sending);
    // What is typed after it was sent would stay in the field beside what is stored.
    for (const field of form.querySelectorAll("textarea, input[name=quote]")) field.readOnly = true;
    form.querySelector("button").disabled = true;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event);
    if (!form) return;
    for (const field of form.querySelectorAll("textarea, input[name=quote]")) field.readOnly = false;
    form.querySelector("button").disabled = false;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = formOf(event);
    if (form && event.detail.xhr.status === 200) storage.drop(keyOf(form));
  });
  document.addEventListener("htmx:responseError", async (event) => {
    const form = formOf(event);
    if (!form) return;
    const status = event.detail.xhr.status;
    if (status === 401) say(form, sayings(form).signedOut);
    else if (status === 404) say(form, sayings(form).gone);
    else if (status === 403) {
      // Signed in anew in another tab: that brought a new token, and with it the comment is sent once more.
      if (!form.dataset.again && (await freshToken())) {
        form.dataset.again = "1";
        form.requestSubmit();
      } else say(form, sayings(form).refused);
    } else say(form, sayings(form).offline);
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, (event) => {
      const form = formOf(event);
      if (form) say(form, sayings(form).offline);
    });
  }
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-discard]")?.closest("form[data-draft]");
    if (form) storage.drop(keyOf(form));
  }, true);
  document.addEventListener("htmx:afterSwap", () => {
    const root = document.getElementById("comments");
    if (root) attach(root);
  });

  // People: a list under the field that has the focus. A textarea may not be a combobox, so it stays a text field whose
  // active descendant is the person that Enter would take.

  const folded = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const asked = new Map();
  let list = null;

  function people(address) {
    if (!asked.has(address)) {
      const answer = fetch(address)
        .then((response) => (response.ok ? response.text() : ""))
        .then((html) => [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("[role=option]")]);
      answer.then((found) => found.length || asked.delete(address), () => asked.delete(address));
      asked.set(address, answer);
    }
    return asked.get(address);
  }

  // What is being typed after an @ that begins a word, up to the caret; null where there is none.
  function typed(area) {
    if (area.selectionStart !== area.selectionEnd) return null;
    const before = area.value.slice(0, area.selectionStart);
    const found = /(?:^|[\s([{"'*_~>,;:])@([^@\n]{0,40})$/.exec(before);
    return found ? { start: before.length - found[1].length, words: found[1] } : null;
  }

  function close() {
    if (!list) return;
    for (const name of ["aria-controls", "aria-activedescendant", "aria-haspopup", "aria-autocomplete"]) {
      list.area.removeAttribute(name);
    }
    list.box.remove();
    list.note.remove();
    list = null;
  }

  function choose(place) {
    list.place = place;
    list.options.forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    list.area.setAttribute("aria-activedescendant", list.options[place].id);
    list.options[place].scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    const { area } = list;
    const at = typed(area);
    close();
    if (!at) return;
    area.setRangeText(`${option.dataset.typed} `, at.start, area.selectionStart, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    close();
  }

  function open(area, found) {
    close();
    const root = area.closest("#comments");
    const box = document.createElement("ul");
    box.className = "people";
    box.id = `${area.id}-people`;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", root.dataset.choose);
    const options = found.map((person, number) => {
      const option = document.importNode(person, true);
      option.id = `${box.id}-${number}`;
      // Not `click`: the field would lose the focus before it.
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(option);
      });
      return option;
    });
    box.append(...options);
    const note = document.createElement("span");
    note.className = "visually-hidden";
    note.setAttribute("role", "status");
    area.after(box, note);
    note.textContent = `${options.length}: ${root.dataset.choose}`;
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-haspopup", "listbox");
    area.setAttribute("aria-controls", box.id);
    list = { area, box, note, options, place: 0 };
    choose(0);
  }

  async function offer(area) {
    const at = typed(area);
    const root = area.closest("#comments");
    if (!at || !root) return close();
    let everybody;
    try {
      everybody = await people(root.dataset.people);
    } catch {
      return close();
    }
    // Somebody typed on while the names came.
    const now = typed(area);
    if (!now || now.words !== at.words || document.activeElement !== area) return;
    const wanted = folded(now.words);
    const fits = (person) => folded(person.textContent).split(/\s+/).some((_word, place, words) => words.slice(place).join(" ").startsWith(wanted));
    const found = everybody.filter(fits).slice(0, OFFERED);
    // The name is there already, with the blank after it: what follows is the comment.
    const done = everybody.some((person) => wanted.startsWith(`${folded(person.dataset.typed)} `));
    if (!found.length || done) return close();
    open(area, found);
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches(".comment-form textarea")) offer(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== list.area || event.isComposing) return;
    const last = list.options.length - 1;
    if (event.key === "ArrowDown") choose(list.place === last ? 0 : list.place + 1);
    else if (event.key === "ArrowUp") choose(list.place === 0 ? last : list.place - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.options[list.place]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("focusout", (event) => {
    if (list && event.target === list.area) close();
  });
  // Ctrl-Enter sends, as people know it from elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches(".comment-form textarea")) {
      event.target.form.requestSubmit();
    }
  });

  storage.sweep();
  attach(document);
})();
