// The save protocol in the browser (docs/decisions/0002-save-protocol.md).
//
// One request at a time for each field; the field that has the focus is never replaced; what was typed is in this
// browser before it is sent and until the server has acknowledged it; every save names the version its text descends
// from, so the server can merge, or show both texts, and never overwrites.
(() => {
  "use strict";

  const PAUSE = 700; // ms without a key before a save
  const TIMEOUT = 10000; // ms before an answer counts as lost
  const RETRIES = [1000, 2000, 5000, 10000, 30000]; // ms
  const KEPT_FOR = 14 * 24 * 3600 * 1000; // ms
  const PREFIX = "mlcanvas:passage:";
  const user = document.body.dataset.user;
  const fields = new Map();

  const storage = {
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Private window or full disk: the text is still in its field.
      }
    },
    drop(key) {
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

  class Field {
    constructor(area) {
      this.area = area;
      this.form = area.form;
      this.key = `${PREFIX}${user}:${new URL(this.form.action).pathname}`;
      this.status = document.getElementById(`status-${area.id}`);
      this.clashPlace = document.getElementById(`clash-${area.id}`);
      this.base = Number(area.dataset.version);
      this.own = false; // whether the field shows only what was sent for `base`, not what a merge made of it
      this.acknowledged = area.value;
      this.inFlight = false;
      this.clashing = false;
      this.refused = null;
      this.merged = false;
      this.failures = 0;
      this.timer = 0;
      area.addEventListener("input", () => this.typed());
      area.addEventListener("focus", () => this.entered());
      area.addEventListener("blur", () => this.left());
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.save();
      });
      this.restore();
    }

    get dirty() {
      return this.area.value !== this.acknowledged;
    }

    say(words, kind = "") {
      this.status.textContent = words;
      this.status.dataset.kind = kind;
    }

    restore() {
      const kept = storage.get(this.key);
      if (!kept || this.area.readOnly) return;
      if (kept.text === this.area.value) {
        storage.drop(this.key);
        return;
      }
      // It keeps the version that it was written on: the server merges it or shows both texts.
      this.area.value = kept.text;
      this.base = kept.base;
      this.own = kept.own;
      this.say(this.area.dataset.restored, "waiting");
      this.save();
    }

    keep() {
      storage.set(this.key, { text: this.area.value, base: this.base, own: this.own, at: Date.now() });
    }

    typed() {
      if (this.clashing) return;
      this.refused = null;
      this.keep();
      this.say(this.area.dataset.waiting, "waiting");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
      this.fit();
    }

    entered() {
      this.box?.classList.add("editing");
      this.fit();
    }

    left() {
      if (this.dirty) this.save();
      else this.refresh();
    }

    get box() {
      return this.area.dataset.box ? document.getElementById(this.area.dataset.box) : null;
    }

    fit() {
      if (this.box?.classList.contains("block") || CSS.supports("field-sizing", "content")) return;
      this.area.rows = Math.max(4, Math.min(24, this.area.value.split("\n").length + 1));
    }

    // `leaving` sends what there is although the page goes away; the answer may never be read.
    async save(leaving = false) {
      clearTimeout(this.timer);
      const text = this.area.value;
      if (this.inFlight || this.clashing || !this.dirty || text === this.refused) return;
      this.keep();
      this.inFlight = true;
      this.say(this.area.dataset.saving, "saving");
      const body = new URLSearchParams({ text, base: String(this.base) });
      if (this.own) body.set("own", "1");
      let response;
      try {
        response = await fetch(this.form.action, {
          method: "POST",
          body,
          headers: { "HX-Request": "true", "X-CSRFToken": token() },
          keepalive: leaving && text.length < 50000,
          redirect: "manual",
          signal: leaving ? undefined : AbortSignal.timeout(TIMEOUT),
        });
        await this.answered(response, text, await response.text());
      } catch {
        this.failed(this.area.dataset.offline);
      } finally {
        this.inFlight = false;
      }
      if (this.failures === 0 && this.dirty && !this.clashing && this.area.value !== this.refused) {
        if (document.activeElement === this.area) this.timer = setTimeout(() => this.save(), PAUSE);
        else this.save();
      } else if (!this.dirty && document.activeElement !== this.area) {
        this.refresh();
      }
    }

    async answered(response, text, html) {
      const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-outcome]");
      if (response.status === 200 && part) {
        this.failures = 0;
        this.base = Number(part.dataset.version);
        this.own = this.merged = part.dataset.outcome === "merged";
        this.acknowledged = text;
        if (this.area.value === text) storage.drop(this.key);
        else this.keep();
        if (this.dirty) this.say(this.area.dataset.waiting, "waiting");
        else this.say(part.textContent, part.dataset.outcome);
      } else if (response.status === 409 && part) {
        this.failures = 0;
        this.clash(part);
      } else if (response.status === 422 && part) {
        this.failures = 0;
        this.refused = text;
        this.say(part.textContent, "refused");
      } else if (response.status === 401 || response.status === 403) {
        await freshToken();
        this.failed(response.status === 401 ? html : this.area.dataset.signedOut);
      } else {
        this.failed(this.area.dataset.offline);
      }
    }

    failed(words) {
      this.say(words, "offline");
      const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
      this.failures += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), wait);
    }

    clash(part) {
      this.clashing = true;
      this.say(this.area.dataset.clash, "clash");
      this.clashPlace.replaceChildren(part);
      const version = Number(part.dataset.version);
      const side = (name) => part.querySelector(`[data-side="${name}"]`);
      const settle = (text, acknowledged) => {
        this.clashing = false;
        this.base = version;
        this.own = false;
        this.acknowledged = acknowledged;
        this.area.value = text;
        this.clashPlace.replaceChildren();
        if (this.dirty) this.save();
        else {
          storage.drop(this.key);
          this.refresh();
        }
      };
      for (const form of part.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());
      const both = part.querySelector('[data-keep="both"]');
      both.hidden = false;
      const theirs = side("theirs").value;
      part.querySelector('[data-keep="mine"]').addEventListener("click", () => settle(side("mine").value, theirs));
      part.querySelector('[data-keep="theirs"]').addEventListener("click", () => settle(side("theirs").value, theirs));
      both.addEventListener("click", () => {
        settle(`${theirs}\n${side("mine").value}`, theirs);
        this.area.focus();
      });
      side("mine").focus();
    }

    // Show what the server has, once nobody types here. Only then does the field see a merge.
    async refresh() {
      const box = this.box;
      box?.classList.remove("editing");
      if (!this.area.dataset.refresh && !this.merged) return;
      let html;
      try {
        const address = this.area.dataset.refresh || location.pathname;
        const response = await fetch(address, { headers: box ? { "HX-Request": "true" } : {} });
        if (!response.ok) return;
        html = await response.text();
      } catch {
        return;
      }
      if (document.activeElement === this.area || this.dirty || this.inFlight || this.clashing) return;
      const page = new DOMParser().parseFromString(html, "text/html");
      const area = page.getElementById(this.area.id);
      if (!area) return;
      if (box) {
        const fresh = page.getElementById(box.id);
        const words = this.status.cloneNode(true);
        box.replaceWith(fresh);
        fields.delete(this.area);
        attach(fresh);
        if (words.dataset.kind) document.getElementById(words.id).replaceWith(words);
        const replaced = fields.get(fresh.querySelector("[data-passage]"));
        if (replaced) replaced.status = document.getElementById(words.id);
      } else {
        this.area.value = area.value;
        this.base = Number(area.dataset.version);
        this.own = this.merged = false;
        this.acknowledged = area.value;
      }
    }
  }

  function token() {
    return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  }

  async function freshToken() {
    try {
      const response = await fetch(location.href);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const headers = page.body.getAttribute("hx-headers");
      if (headers && page.body.dataset.user === user) document.body.setAttribute("hx-headers", headers);
    } catch {
      // Offline: the next try asks again.
    }
  }

  function attach(root) {
    for (const area of root.querySelectorAll("textarea[data-passage]")) {
      if (!fields.has(area)) fields.set(area, new Field(area));
    }
  }

  function edit(box) {
    const area = box.querySelector("textarea[data-passage]");
    if (!area) return;
    box.classList.add("editing");
    area.focus();
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest(".canvas .block, .block-large .block, .passage-box.has-text");
    if (box && !event.target.closest("a, button, textarea, input, select, details, .clash")) edit(box);
  });
  const flush = () => {
    for (const field of fields.values()) field.save(true);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flush();
  });
  addEventListener("pagehide", flush);
  addEventListener("online", () => {
    for (const field of fields.values()) field.save();
  });
  // A box that htmx replaced (agreed, made a draft again) has a new field.
  document.addEventListener("htmx:afterSwap", (event) => {
    for (const area of fields.keys()) if (!area.isConnected) fields.delete(area);
    attach(event.target.isConnected ? event.target.parentNode : document);
  });
  storage.sweep();
  attach(document);
})();
