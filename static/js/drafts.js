// What is typed in a form and not sent yet, kept in this browser until the server has it (docs/decisions/0002-save-protocol.md).
//
// Every form in `main` that a button posts and that has a field to type in is kept, whether it came with the page or by
// htmx. Left out are those that say `data-unkept`, those that ask who somebody is, and those with a keeper of their own:
// passages (passage.js) and comments (comments.js). A field is put back only where the server still has what it had when
// it was typed; otherwise both stand side by side. A form in steps (`data-steps`) is saved when it leads elsewhere.
(() => {
  "use strict";

  const { kept } = window.mlcanvas;
  const place = document.getElementById("drafts"); // a live region, and the words
  const words = place.dataset;
  const FORMS = "main form[method=post i]:not([data-unkept], [data-draft], .passage, .sheet, [hx-trigger*=change])";
  const TICKED = "[type=checkbox], [type=radio]";
  const NEVER = "[type=hidden], [type=password], [type=file], [type=search], [type=submit], [type=reset], [type=button], [type=image]";
  const keys = new WeakMap(); // the address under which a form is kept
  const forms = new Map(); // the form at each address
  const drafts = new Map(); // at each address: `fields`, `asides`, and whether it is from `before` this page
  const bases = new WeakMap(); // for a form that shows what was sent: what counts as the server's, by the names of fields
  const snapshots = new WeakMap(); // what each request took from its form
  const refused = new Set(); // addresses whose next form is such an answer
  const unsafe = new Set(); // addresses that this browser could not keep
  let leaving = false;

  // The fields of a form under their names; fields of one name are one.
  function groups(form) {
    const found = new Map();
    for (const control of form.elements) {
      if (!control.name || !control.matches("input, select, textarea") || control.matches(NEVER)) continue;
      if (control.matches("[hidden], [readonly], :disabled, [data-passage], [autocomplete=one-time-code]")) continue;
      found.set(control.name, [...(found.get(control.name) ?? []), control]);
    }
    return found;
  }

  function mayKeep(form) {
    const written = [...groups(form).values()].flat().some((control) => !control.matches(`${TICKED}, [type=range], select`));
    return written && !form.querySelector("[type=password]") && !form.closest(".clash");
  }

  const ticked = (control) => control.matches(TICKED);

  // What the server put into the fields of one name.
  function standing(controls) {
    return controls.flatMap((control) => {
      if (ticked(control)) return control.defaultChecked ? [control.value] : [];
      if (!control.options) return [control.defaultValue];
      const chosen = [...control.options].filter((option) => option.defaultSelected);
      if (chosen.length === 0 && !control.multiple && control.options.length > 0) chosen.push(control.options[0]);
      return (control.multiple ? chosen : chosen.slice(-1)).map((option) => option.value);
    });
  }

  function current(controls) {
    return controls.flatMap((control) => {
      if (ticked(control)) return control.checked ? [control.value] : [];
      return control.options ? [...control.selectedOptions].map((option) => option.value) : [control.value];
    });
  }

  function fill(controls, values) {
    const left = [...values];
    for (const control of controls) {
      if (ticked(control)) control.checked = values.includes(control.value);
      else if (control.options) for (const option of control.options) option.selected = values.includes(option.value);
      else control.value = left.shift() ?? "";
    }
  }

  const plain = (values) => JSON.stringify(values.map((value) => value.replace(/\r\n?/g, "\n").trim()));
  const same = (one, other) => plain(one) === plain(other);
  const exactly = (one, other) => one.join("\0").replace(/\r\n?/g, "\n") === other.join("\0").replace(/\r\n?/g, "\n");

  function addressOf(form) {
    const path = kept.FORM + new URL(form.getAttribute("action") || location.href, location.href).pathname;
    let address = path;
    for (let number = 2; forms.get(address)?.isConnected && forms.get(address) !== form; number += 1) address = `${path}~${number}`;
    return address;
  }

  function keep(address) {
    const { fields, asides, sent } = drafts.get(address);
    kept.keep(address, { fields, asides, sent }).then((stored) => (stored ? unsafe.delete(address) : unsafe.add(address)));
  }

  function drop(address) {
    if (drafts.delete(address)) kept.drop(address);
    unsafe.delete(address);
    if (forms.get(address)?.isConnected) draw(forms.get(address));
  }

  // Remember what somebody typed in `form`, or that it is again as the server has it.
  function capture(form) {
    const address = keys.get(form);
    const draft = drafts.get(address) ?? { fields: {}, asides: {}, before: false };
    const found = groups(form);
    // Fields that this form does not show now stay.
    const fields = Object.fromEntries(Object.entries(draft.fields).filter(([name]) => !found.has(name)));
    for (const [name, controls] of found) {
      const base = bases.get(form)?.[name] ?? standing(controls);
      const value = current(controls);
      if (!exactly(base, value)) fields[name] = { base, value };
    }
    hold(address, { ...draft, fields, sent: undefined });
  }

  function hold(address, draft) {
    if (Object.keys(draft.fields).length + Object.keys(draft.asides).length === 0) {
      drop(address);
      return;
    }
    drafts.set(address, draft);
    keep(address);
  }

  // Put `draft` into `form`; `answered` says that the form is the server's answer to it. Returns what to say of it.
  function putBack(form, draft, answered) {
    const found = groups(form);
    const fields = {};
    const asides = {};
    const names = [];
    const sent = {};
    for (const [name, { base, value }] of Object.entries(draft.fields)) {
      const controls = found.get(name);
      const now = controls && standing(controls);
      if (!controls) fields[name] = { base, value };
      else if (same(now, base)) {
        fill(controls, value);
        if (exactly(current(controls), now)) continue; // a choice that is gone
        fields[name] = { base: now, value };
        names.push(labelOf(controls));
      } else if (!same(now, value)) asides[name] = value;
      else if (answered) {
        sent[name] = base;
        fields[name] = { base, value: now };
      }
    }
    for (const [name, value] of Object.entries(draft.asides)) {
      const controls = found.get(name);
      if (!controls || !same(standing(controls), value)) asides[name] = value;
    }
    if (answered) bases.set(form, sent);
    hold(keys.get(form), { fields, asides, before: draft.before && !answered });
    draw(form);
    const beside = Object.keys(asides).filter((name) => found.has(name));
    if (names.length + beside.length > 0) {
      for (let up = form.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
    }
    const restored = names.length > 0 ? [`${words.kept}: ${names.join(", ")}.`] : [];
    return [...restored, ...beside.map((name) => changedIn(found.get(name)))].join(" ");
  }

  function labelOf(controls) {
    const [control] = controls;
    const group = ticked(control) && control.closest("fieldset")?.querySelector("legend");
    const label = group || control.labels?.[0] || document.getElementById(control.getAttribute("aria-labelledby"));
    return (label?.textContent || control.ariaLabel || control.name).replace(/\s+/g, " ").trim();
  }

  // Values as a reader of the form would write them.
  function shown(controls, values) {
    const choices = controls.flatMap((control) => (control.options ? [...control.options] : ticked(control) ? [control] : []));
    const word = (choice) => (choice.labels ? labelOf([choice]) : choice.text);
    const chosen = choices.filter((choice) => values.includes(choice.value)).map(word);
    return (choices.length > 0 ? chosen.join(", ") : values.join("\n")) || "–";
  }

  const changedIn = (controls) => words.changed.replace("%s", labelOf(controls));
  const say = (sentence) => (place.textContent = sentence);

  function button(label, work) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = label;
    made.addEventListener("click", work);
    return made;
  }

  // The line at the form, and what is kept beside it.
  function draw(form) {
    form.querySelector(":scope > .kept-note")?.remove();
    const draft = drafts.get(keys.get(form));
    const found = groups(form);
    const beside = Object.entries(draft?.asides ?? {}).filter(([name]) => found.has(name));
    if (!draft || (!draft.before && beside.length === 0)) return;
    const note = document.createElement("div");
    note.className = "kept-note";
    const line = document.createElement("p");
    line.append(words.kept, " ", button(words.discard, () => discard(form)));
    note.append(line);
    for (const [name, value] of beside) {
      const controls = found.get(name);
      const text = document.createElement("blockquote");
      text.textContent = shown(controls, value);
      const use = button(words.use, () => take(form, name, controls, value));
      use.ariaLabel = `${words.use}: ${labelOf(controls)}`;
      const part = document.createElement("div");
      part.append(changedIn(controls), text, use);
      note.append(part);
    }
    form.prepend(note);
  }

  function take(form, name, controls, value) {
    fill(controls, value);
    delete drafts.get(keys.get(form)).asides[name];
    capture(form);
    draw(form);
    controls[0].focus();
  }

  function discard(form) {
    const found = groups(form);
    for (const [name, controls] of found) fill(controls, bases.get(form)?.[name] ?? standing(controls));
    drop(keys.get(form));
    say(words.discarded);
    [...found.values()][0]?.[0].focus();
    look();
  }

  // What pages left that are gone, for the forms that are here and in which nobody typed.
  async function look() {
    await acknowledged;
    const wanted = (address) => address.startsWith(kept.FORM) && forms.get(address)?.isConnected;
    await kept.inherit(({ address, record: { fields, asides, sent } }) => {
      if (!wanted(address) || drafts.has(address)) return false;
      const answered = Boolean(sent) && "refused" in document.body.dataset;
      const sentence = putBack(forms.get(address), { fields, asides, before: true }, answered);
      if (!answered) say(sentence);
      return true;
    }, wanted);
  }

  // Forms that are new on the page. What was typed into the one that stood there goes on.
  function attach() {
    let fresh = false;
    for (const form of document.querySelectorAll(FORMS)) {
      if (keys.has(form) || !mayKeep(form)) continue;
      fresh = true;
      const address = addressOf(form);
      keys.set(form, address);
      forms.set(address, form);
      if (drafts.has(address)) putBack(form, drafts.get(address), refused.has(address));
      refused.delete(address);
    }
    if (fresh) look();
  }

  // A whole page that was saved leads elsewhere, with the name of what it saved in a cookie.
  async function acknowledge() {
    const stored = document.cookie.match(/(?:^|; )stored=([0-9a-f.]+)/)?.[1].split(".");
    if (!stored) return;
    for (const { name, record } of await kept.texts()) if (stored.includes(record.sent)) await kept.forget(name);
    document.cookie = "stored=; path=/; max-age=0";
  }

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      leaving = false;
      if (event.target.form && keys.has(event.target.form)) capture(event.target.form);
    });
  }
  addEventListener("submit", (event) => {
    const form = event.target;
    const draft = drafts.get(keys.get(form));
    if (event.defaultPrevented || !draft) return;
    draft.sent = kept.random();
    keep(keys.get(form));
    const name = form.querySelector(":scope > [name=kept_as]") ?? document.createElement("input");
    Object.assign(name, { type: "hidden", name: "kept_as", value: draft.sent });
    form.append(name);
    leaving = true;
  });
  // A cell that is left without saving is meant to stay as it was.
  const cancelled = (form) => keys.has(form) && drop(keys.get(form));
  document.addEventListener("click", (event) => cancelled(event.target.closest("[data-cancel]")?.form), true);
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancelled(event.target.closest?.(".cell-editor")), true);

  // The form that a request of htmx saves, whether its button or one of its fields asked.
  function saved({ requestConfig: { elt, verb, path } }) {
    const form = elt.form ?? elt.closest("form");
    if (!keys.has(form) || verb !== "post") return null;
    const address = form.getAttribute("action") || location.href;
    return new URL(path, location.href).pathname === new URL(address, location.href).pathname ? form : null;
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = saved(event.detail);
    if (form) snapshots.set(event.detail.xhr, Object.fromEntries([...groups(form)].map(([name, controls]) => [name, current(controls)])));
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const form = saved(event.detail);
    const { xhr } = event.detail;
    if (!form || xhr.status >= 500 || [0, 401, 403, 404].includes(xhr.status)) return;
    const address = keys.get(form);
    const elsewhere = xhr.getResponseHeader("HX-Redirect");
    if (xhr.status < 400 && (elsewhere || !form.matches("[data-steps]"))) {
      drop(address);
      // What was typed while it was on its way stands in a form that stayed (app.js).
      bases.set(form, snapshots.get(xhr));
      setTimeout(() => form.isConnected && capture(form));
    } else refused.add(address);
  });
  document.addEventListener("htmx:load", () => queueMicrotask(attach));
  addEventListener("beforeunload", (event) => {
    if (!leaving && [...unsafe].some((address) => drafts.has(address) && forms.get(address)?.isConnected)) event.preventDefault();
  });
  const acknowledged = acknowledge();
  attach();
})();
