// The save protocol in the browser (docs/decisions/0002-save-protocol.md).
//
// One request at a time for each field; the field that has the focus is never replaced; what was typed is in this
// browser before it is sent and until the server has acknowledged it; every save names the version its text descends
// from, so the server can merge, or show both texts, and never overwrites. A save whose answer was lost is sent again
// under the same name before anything newer, so the server knows it when it has it already.
(() => {
  "use strict";

  const PAUSE = 700; // ms without a key before a save
  const CEILING = 5000; // ms of typing without a pause before a save
  const TIMEOUT = 10000; // ms before an answer counts as lost
  const RETRIES = [1000, 2000, 5000, 10000, 30000]; // ms
  const KEEPALIVE = 60000; // bytes: browsers refuse to send 64 KiB or more for a page that is gone
  const { kept, session } = window.mlcanvas;
  const note = document.getElementById("saved-note");
  const words = note.dataset;
  const fields = new Map();

  class Field {
    constructor(area) {
      this.area = area;
      this.form = area.form;
      this.address = new URL(this.form.action).pathname;
      this.status = document.getElementById(`status-${area.id}`);
      this.clashPlace = document.getElementById(`clash-${area.id}`);
      this.base = Number(area.dataset.version);
      this.own = false; // whether the field shows only what was sent for `base`, not what a merge made of it
      this.acknowledged = area.defaultValue;
      this.request = kept.random(); // the name of the text that is in the field
      this.pending = null; // what was sent and not answered
      this.inFlight = false;
      this.clashing = false;
      this.refused = null;
      this.stopped = false; // the server will not take it, however often it is sent
      this.merged = false;
      this.news = null;
      this.inherited = []; // texts of pages that are gone, one after the other
      this.trouble = false; // whether the header counts it
      this.failures = 0;
      this.timer = 0;
      this.typing = 0; // since when there was no save
      const { signal } = (this.life = new AbortController());
      area.addEventListener("input", () => this.typed(), { signal });
      area.addEventListener("focus", () => this.entered(), { signal });
      area.addEventListener("blur", () => this.left(), { signal });
      area.addEventListener("passage:news", (event) => this.heard(event.detail), { signal });
      this.form.addEventListener(
        "submit",
        (event) => {
          event.preventDefault();
          this.save();
        },
        { signal },
      );
      // Typed before this script was there; or put back by a browser that was not told not to, on top of nobody knows what.
      if (area.autocomplete !== "off") area.value = area.defaultValue;
      else if (this.dirty) this.typed();
    }

    get dirty() {
      return this.pending !== null || this.area.value !== this.acknowledged;
    }

    get waits() {
      return this.dirty && !this.clashing && !this.stopped && (this.pending !== null || this.area.value !== this.refused);
    }

    get focused() {
      return document.activeElement === this.area;
    }

    get box() {
      return this.area.dataset.box ? document.getElementById(this.area.dataset.box) : null;
    }

    say(sentence, kind = "") {
      this.status.textContent = sentence;
      this.status.dataset.kind = kind;
      this.trouble = ["offline", "clash", "refused"].includes(kind);
      count();
    }

    keep() {
      const { base, own, request, pending } = this;
      kept.keep(this.address, { text: this.area.value, base, own, request, pending, label: this.area.ariaLabel });
    }

    typed() {
      if (this.clashing || this.stopped) return;
      this.refused = null;
      this.request = kept.random();
      this.typing ||= Date.now();
      this.keep();
      if (this.failures === 0 && session.state === "in") this.say(words.waiting, "waiting");
      if (this.failures === 0) this.soon(Math.min(PAUSE, Math.max(0, this.typing + CEILING - Date.now())));
      this.fit();
    }

    soon(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), wait);
    }

    entered() {
      this.box?.classList.add("editing");
      this.fit();
    }

    left() {
      if (this.dirty) this.save();
      else this.settled();
    }

    fit() {
      if (this.box?.classList.contains("block") || CSS.supports("field-sizing", "content")) return;
      this.area.rows = Math.max(4, Math.min(24, this.area.value.split("\n").length + 1));
    }

    // `leaving` sends what there is although the page goes away; the answer may never be read.
    async save(leaving = false) {
      clearTimeout(this.timer);
      if (session.state !== "in" || !this.waits) return;
      if (this.inFlight && !(leaving && this.pending.text === this.area.value)) return;
      this.typing = 0;
      this.pending ??= { text: this.area.value, base: this.base, own: this.own, request: this.request };
      this.keep();
      this.inFlight = true;
      if (!this.trouble) this.say(words.saving, "saving");
      const sent = this.pending;
      try {
        const response = await fetch(this.form.action, {
          method: "POST",
          body: body(sent, leaving),
          headers: { "HX-Request": "true", "X-CSRFToken": session.token() },
          keepalive: leaving && small(sent.text),
          redirect: "manual",
          signal: AbortSignal.timeout(TIMEOUT),
        });
        const html = await response.text();
        // Sent twice while the page seemed to go away: the second answer says nothing new.
        if (this.pending === sent) await this.answered(response.status, sent, html);
      } catch {
        if (this.pending === sent) this.failed(words.offline);
      } finally {
        this.inFlight = false;
      }
      if (this.failures > 0) return;
      if (!this.waits) this.settled();
      else if (this.focused && document.visibilityState === "visible" && !this.pending) this.soon(PAUSE);
      else this.save();
    }

    async answered(status, sent, html) {
      if (fields.get(this.area) !== this) return; // the field in its place asks again
      const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-outcome]");
      const outcome = part?.dataset.outcome;
      if (status === 200 && part) {
        this.failures = 0;
        this.pending = null;
        this.base = Number(part.dataset.version);
        this.own = Boolean(part.dataset.own);
        this.merged ||= outcome === "merged";
        this.acknowledged = sent.text;
        if (this.dirty) {
          this.keep();
          this.say(words.waiting, "waiting");
        } else {
          kept.drop(this.address);
          this.say(part.textContent, outcome);
          this.announce();
        }
      } else if (status === 409 && part) {
        this.failures = 0;
        this.pending = null;
        this.clash(part);
      } else if (status === 422 && part) {
        this.failures = 0;
        this.pending = null;
        this.refuse(sent.text, part.textContent);
      } else if (status === 400 || status === 413) {
        this.failures = 0;
        this.pending = null;
        this.refuse(sent.text, words.unreadable);
      } else if (status === 401) {
        session.out();
      } else if (status === 403 || status === 404) {
        await this.doubted(status);
      } else {
        this.failed(words.busy);
      }
    }

    // Refused at the door: an old token, another session, a role that was taken away, a field that is not there.
    async doubted(status) {
      const found = await session.look();
      if (session.state !== "in") return;
      if (found && (status === 404 || !found.mayEdit)) {
        this.stopped = true;
        this.area.readOnly = true;
        this.say(status === 404 || found.status === 404 ? words.gone : words.readOnly, "refused");
      } else this.failed(words.busy);
    }

    refuse(text, sentence) {
      this.refused = text;
      if (this.area.value === text) this.say(sentence, "refused");
      this.keep();
    }

    failed(sentence) {
      this.say(sentence, "offline");
      this.soon(RETRIES[Math.min(this.failures, RETRIES.length - 1)]);
      this.failures += 1;
    }

    clash(part) {
      this.clashing = true;
      this.say(words.clash, "clash");
      this.clashPlace.replaceChildren(part);
      const version = Number(part.dataset.version);
      const mine = part.querySelector('[data-side="mine"]');
      const theirs = part.querySelector('[data-side="theirs"]');
      const standing = theirs.value;
      // The field may hold more than what was sent. Until somebody chooses, "mine" is the field.
      mine.value = this.area.value;
      this.area.readOnly = true;
      mine.addEventListener("input", () => {
        this.area.value = mine.value;
        this.request = kept.random();
        this.keep();
      });
      const settle = (text) => {
        this.clashing = false;
        this.area.readOnly = false;
        this.base = version;
        this.own = false;
        this.acknowledged = standing;
        this.area.value = text;
        this.request = kept.random();
        this.clashPlace.replaceChildren();
        if (this.dirty) {
          this.keep();
          this.say(words.waiting, "waiting");
          this.save();
        } else {
          kept.drop(this.address);
          this.say("");
          this.settled();
        }
      };
      for (const form of part.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());
      const both = part.querySelector('[data-keep="both"]');
      both.hidden = false;
      part.querySelector('[data-keep="mine"]').addEventListener("click", () => settle(mine.value));
      part.querySelector('[data-keep="theirs"]').addEventListener("click", () => settle(theirs.value));
      both.addEventListener("click", () => {
        settle(`${theirs.value}\n${mine.value}`);
        this.area.focus();
      });
      // Whoever types in another field goes on there.
      if (this.focused || document.activeElement === document.body) {
        const caret = this.area.selectionStart;
        mine.focus();
        mine.setSelectionRange(caret, caret);
      }
    }

    // Somebody else wrote here. Text, caret and scroll stay as they are while somebody types.
    heard({ version, who }) {
      if (version <= this.base || this.clashing || this.stopped) return;
      this.news = { version, who };
      if (this.focused || this.dirty) this.announce();
      else this.refresh();
    }

    announce() {
      if (!this.news || this.news.version <= this.base || this.trouble) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "passage-news";
      button.textContent = words.news.replace("%s", this.news.who ?? words.somebody);
      // The click takes the focus out of the field, and leaving the field shows what is new.
      button.addEventListener("click", () => this.left());
      this.say("");
      this.status.append(button);
    }

    // Nothing is on its way and nothing waits here.
    settled() {
      if (this.dirty || this.focused || this.clashing || this.stopped) return;
      if (this.inherited.length === 0) this.refresh();
      else {
        const { record, taken } = this.inherited.shift();
        this.takeUp(record);
        taken(true);
      }
    }

    // Resolves once the text of a page that is gone is in this field, and kept by this page.
    inherit(record) {
      return new Promise((taken) => {
        this.inherited.push({ record, taken });
        if (!this.inFlight) this.settled();
      });
    }

    // Text that was never acknowledged keeps the version that it was written on and the name that it was sent under:
    // the server knows it, merges it or shows both texts.
    takeUp({ text, base, own, request, pending }) {
      if (text === this.area.value && !pending) {
        this.settled();
        return;
      }
      this.acknowledged = null;
      this.area.value = text;
      Object.assign(this, { base, own, request, pending: pending ?? null });
      this.keep();
      this.box?.classList.add("editing");
      this.say(words.restored, "waiting");
      this.save();
    }

    // Show what the server has, once nobody types here. Only then does the field see a merge.
    async refresh() {
      const box = this.box;
      if (!this.focused) box?.classList.remove("editing");
      if (!this.area.dataset.refresh && !this.merged && !this.news) return;
      let html;
      try {
        const address = this.area.dataset.refresh || location.pathname;
        const response = await fetch(address, { headers: box ? { "HX-Request": "true" } : {} });
        if (response.status !== 200) return;
        html = await response.text();
      } catch {
        return;
      }
      if (this.focused || this.dirty || this.inFlight || this.clashing || fields.get(this.area) !== this) return;
      if (!this.area.isConnected) return; // the page was taken away meanwhile
      const page = new DOMParser().parseFromString(html, "text/html");
      const area = page.getElementById(this.area.id);
      if (!area || Number(area.dataset.version) < this.base) return;
      this.merged = false;
      if (this.news && this.news.version <= Number(area.dataset.version)) this.news = null;
      if (box) {
        const fresh = page.getElementById(box.id);
        const { textContent, dataset } = this.status;
        const said = dataset.kind === "saved" || dataset.kind === "merged" ? textContent : "";
        const focused = twin(document.activeElement, box, fresh);
        box.replaceWith(fresh);
        htmx.process(fresh);
        this.end();
        attach(fresh);
        focused?.focus({ preventScroll: true });
        if (said) fields.get(fresh.querySelector("[data-passage]"))?.say(said, dataset.kind);
      } else {
        this.area.value = this.acknowledged = area.value;
        this.base = Number(area.dataset.version);
        this.own = false;
      }
    }

    // Whether closing the page now could lose something on the way to the server.
    get atRisk() {
      if (!this.dirty) return false;
      if (this.trouble || session.state === "out" || !this.waits) return true;
      return this.pending ? this.pending.text !== this.area.value || !small(this.area.value) : !small(this.area.value);
    }

    // The element is gone. What it still had to send is taken up by the field that stands in its place.
    end() {
      clearTimeout(this.timer);
      this.life.abort();
      this.stopped = true;
      fields.delete(this.area);
      const next = document.getElementById(this.area.id);
      if (this.dirty && next && next !== this.area) {
        const { base, own, request, pending } = this;
        attach(next.form.parentNode);
        fields.get(next)?.inherit({ text: this.area.value, base, own, request, pending });
      }
    }
  }

  // What stands in a renewed box where the focus is in the old one. Whoever left the field by Tab is on the next tool.
  function twin(element, box, fresh) {
    if (!box.contains(element)) return null;
    const alike = `${element.localName}:not([type=hidden])`;
    return fresh.querySelectorAll(alike)[[...box.querySelectorAll(alike)].indexOf(element)] ?? fresh.querySelector("a[href], button");
  }

  function body({ text, base, own, request }, leaving) {
    const values = leaving ? new FormData() : new URLSearchParams(); // the former does not grow outside of English
    for (const [name, value] of Object.entries({ text, base, request, ...(own && { own: 1 }) })) values.set(name, value);
    return values;
  }

  function small(text) {
    return text.length < KEEPALIVE / 4 || new Blob([text]).size < KEEPALIVE;
  }

  // The header says how many texts are not on the server, and why.
  function count() {
    const waiting = [...fields.values()].filter((field) => field.trouble || (session.state === "out" && field.dirty));
    const number = waiting.length === 1 ? words.one : words.many.replace("%n", waiting.length);
    const offline = waiting.some((field) => field.failures > 0);
    const said = [session.state === "out" ? words.out : offline && words.away, waiting.length > 0 && number];
    const sentence = said.filter(Boolean).join(" · ");
    if (note.dataset.says === sentence) return;
    note.dataset.says = sentence;
    note.textContent = sentence;
    if (session.state !== "out") return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-primary";
    button.textContent = words.signIn;
    button.addEventListener("click", () => session.open());
    note.append(" ", button);
  }

  function attach(root) {
    for (const area of root.querySelectorAll("textarea[data-passage]")) {
      if (!fields.has(area) && !area.readOnly) fields.set(area, new Field(area));
    }
  }

  function edit(box) {
    const area = box.querySelector("textarea[data-passage]");
    if (!area) return;
    box.classList.add("editing");
    area.focus();
  }

  function all(work) {
    for (const field of [...fields.values()]) work(field);
  }

  // Text that a page left behind goes back into its field. Where there is none, it can be copied and thrown away.
  function restore() {
    const found = [];
    kept.inherit(({ name, address, record }) => {
      const field = [...fields.values()].find((field) => field.address === address);
      if (!field) {
        if (!words.mayEdit && address.startsWith(words.project)) offer(name, record);
        return false;
      }
      if (record.text !== field.area.value) {
        found.push(record.label);
        tell(words.found.replace("%s", found.join(", ")), "found");
      }
      return field.inherit(record);
    });
  }

  function tell(sentence, id) {
    const place = document.getElementById("messages");
    const message = document.getElementById(`said-${id}`) ?? document.createElement("div");
    message.id = `said-${id}`;
    message.className = "alert alert-info";
    message.textContent = sentence;
    place.append(message);
    return message;
  }

  function offer(name, record) {
    const message = tell(words.left.replace("%s", record.label), name);
    const text = document.createElement("textarea");
    text.className = "form-control";
    text.readOnly = true;
    text.rows = 6;
    text.ariaLabel = record.label;
    text.value = record.text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = words.discard;
    button.addEventListener("click", () => {
      kept.forget(name);
      message.remove();
    });
    message.append(text, button);
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest(".canvas .block, .block-large .block, .passage-box.has-text");
    if (box && !event.target.closest("a, button, textarea, input, select, details, .clash")) edit(box);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") all((field) => field.inFlight || field.save(true));
    else all((field) => field.save());
  });
  addEventListener("pagehide", () => all((field) => field.save(true)));
  addEventListener("online", () => all((field) => field.save()));
  addEventListener("beforeunload", (event) => {
    if (session.state !== "other" && [...fields.values()].some((field) => field.atRisk)) event.preventDefault();
  });
  session.onChange(async (state) => {
    if (state === "in") all((field) => field.save());
    if (state === "out") all((field) => field.dirty && field.say(words.signedOut, "offline"));
    if (state === "leaving") {
      const saves = [...fields.values()].map((field) => field.save());
      await Promise.race([Promise.all(saves), new Promise((resolve) => setTimeout(resolve, 2000))]);
    }
    count();
  });
  // Whoever agrees right after typing agrees on what they typed: the click waits until that is stored and its box is drawn
  // anew, and then goes to the new box, which names the new version.
  document.addEventListener("htmx:confirm", async (event) => {
    const form = event.target;
    const box = form.matches?.("form.agree") && form.elements.version && form.closest(".block");
    const field = box && fields.get(box.querySelector("textarea[data-passage]"));
    if (!field || (!field.dirty && !field.inFlight && Number(form.elements.version.value) === field.base)) return;
    event.preventDefault();
    const until = Date.now() + TIMEOUT;
    while (form.isConnected && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
    const fresh = document.getElementById(box.id)?.querySelector("form.agree");
    if (fresh?.elements.version && fresh !== form) htmx.trigger(fresh, "submit");
  });
  // A box that htmx replaced (agreed, made a draft again) has a new field.
  document.addEventListener("htmx:afterSwap", (event) => {
    const gone = [...fields.values()].filter((field) => !field.area.isConnected);
    attach(event.target.isConnected ? event.target.parentNode : document);
    for (const field of gone) field.end();
  });
  attach(document);
  restore();
})();
