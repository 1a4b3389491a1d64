// Text that the server has not acknowledged, kept in this browser (docs/decisions/0002-save-protocol.md).
//
// Every text is kept twice. localStorage takes it before the next key is pressed; IndexedDB puts it on the disk, which
// localStorage does only seconds later, so that it survives the end of the whole browser. The newer copy counts, and
// that a text is acknowledged is a copy, too. Each page keeps under its own name: two pages that show the same field
// never drop each other's text, and what a page leaves behind is taken over by the next one.
window.mlcanvas = {};
window.mlcanvas.kept = (() => {
  "use strict";

  const PREFIX = "mlcanvas:passage:";
  const FORM = "form:"; // begins the address of what was typed in a form (drafts.js)
  const KEPT_FOR = 14 * 24 * 3600 * 1000; // ms
  const FORM_KEPT_FOR = 30 * 24 * 3600 * 1000; // ms
  const DONE_FOR = 24 * 3600 * 1000; // ms
  const user = document.body.dataset.user;
  const page = random();
  const asked = new Set(); // names that wait for the page that keeps them to go away
  let turn = 0;

  // Not `crypto.randomUUID`: a server in a house without a certificate is no secure context.
  function random() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // A window without storage, or a full disk: the text is still in its field.
  function attempt(work) {
    try {
      return work();
    } catch {
      return undefined;
    }
  }

  const disk = new Promise((resolve) => {
    const request = attempt(() => indexedDB.open("mlcanvas", 1));
    if (!request) {
      resolve(null);
      return;
    }
    request.onupgradeneeded = () => request.result.createObjectStore("texts");
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => resolve(null);
  });

  async function onDisk(mode, work) {
    const database = await disk;
    if (!database) return [];
    return new Promise((resolve) => {
      const transaction = attempt(() => database.transaction("texts", mode));
      if (!transaction) {
        resolve([]);
        return;
      }
      const requests = attempt(() => work(transaction.objectStore("texts"))) ?? [];
      transaction.oncomplete = () => resolve(requests.map((request) => request.result));
      transaction.onerror = transaction.onabort = () => resolve([]);
    });
  }

  // Resolves to whether `name` stands in this browser now: at once where localStorage took it.
  async function put(name, record) {
    const whole = { ...record, turn: (turn += 1), at: Date.now() };
    const work = () => (record.done ? localStorage.removeItem(name) : localStorage.setItem(name, JSON.stringify(whole)));
    const taken = attempt(() => (work(), true));
    const disk = onDisk("readwrite", (texts) => [texts.put(whole, name)]);
    return (taken && !record.done) || (await disk).length > 0;
  }

  const lifetime = (name, record) => (record.done ? DONE_FOR : parts(name).address?.startsWith(FORM) ? FORM_KEPT_FOR : KEPT_FOR);

  // The newest record under each name; what is too old is removed.
  async function all() {
    const found = new Map();
    attempt(() => {
      for (const name of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
        found.set(name, attempt(() => JSON.parse(localStorage.getItem(name))) ?? { at: 0 });
      }
    });
    const [names = [], records = []] = await onDisk("readonly", (texts) => [texts.getAllKeys(), texts.getAll()]);
    for (const [index, name] of names.entries()) {
      if (records[index].turn >= (found.get(name)?.turn ?? 0)) found.set(name, records[index]);
    }
    for (const [name, record] of found) {
      // A name that is done is needed only for as long as localStorage may come back with an older text.
      if (Date.now() - record.at < lifetime(name, record)) continue;
      attempt(() => localStorage.removeItem(name));
      onDisk("readwrite", (texts) => [texts.delete(name)]);
      found.delete(name);
    }
    return found;
  }

  const own = () => `${PREFIX}${user}:`;
  const parts = (name) => {
    const [, address, owner] = name.slice(PREFIX.length).match(/^[^:]*:(.*)#(.*)$/) ?? [];
    return { name, address, owner };
  };

  // Where the browser has locks, this page holds one for as long as it lives.
  const locks = navigator.locks;
  locks?.request(`mlcanvas:page:${page}`, () => new Promise(() => {}));

  return {
    random,
    FORM,
    // Keep `record` for the field that saves at `address`. Resolves to whether this browser could.
    keep: (address, record) => put(`${own()}${address}#${page}`, record),
    drop: (address) => put(`${own()}${address}#${page}`, { done: true }),
    // This person's texts in this browser, whichever page keeps them.
    async texts() {
      const found = [...(await all())].filter(([name, record]) => name.startsWith(own()) && !record.done);
      return found.map(([name, record]) => ({ ...parts(name), record }));
    },
    // Call `take` with every text that a page left behind, now, or when a page that is still open goes away. It says
    // (later, if it likes) whether it took the text over. Asked for are the texts of fields, or those at `wanted` addresses.
    async inherit(take, wanted = (address) => !address.startsWith(FORM)) {
      const taking = async (name) => {
        asked.delete(name);
        const record = (await all()).get(name);
        if (record && !record.done && (await take({ ...parts(name), record }))) await put(name, { done: true });
      };
      for (const { name, address, owner } of await this.texts()) {
        if (owner === page || asked.has(name) || !wanted(address)) continue;
        asked.add(name);
        if (locks) locks.request(`mlcanvas:page:${owner}`, () => taking(name));
        else taking(name);
      }
    },
    forget: (name) => put(name, { done: true }),
    async forgetAll() {
      await Promise.all((await this.texts()).map(({ name }) => this.forget(name)));
    },
  };
})();
