// Who is signed in, on a page that stays open: a session that ends, another person, the way out.
//
// A request that is answered 401 opens a panel over the page, with the sign-in page's own form. What waits is sent
// after. When somebody else signs in, the page of the first person is taken away and nothing of it is sent.
window.mlcanvas.session = (() => {
  "use strict";

  const { kept } = window.mlcanvas;
  const user = document.body.dataset.user;
  const panel = document.getElementById("session-panel");
  const place = panel.querySelector(".session-form");
  const listeners = new Set();
  const ASK_AGAIN = 5000; // ms between two looks whether somebody signed in elsewhere
  let state = "in"; // in · out · other
  let looking = null;
  let signingIn = false;

  function become(next) {
    if (state === next || state === "other") return;
    state = next;
    for (const listener of listeners) listener(state);
  }

  function token() {
    return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  }

  // Take over what a page of this person brings: the token that the next request needs.
  function renew(page) {
    document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token();
  }

  // What the server says about this page now, after taking notice of who is signed in. Null when it cannot be asked.
  function look() {
    looking ??= (async () => {
      try {
        const response = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (![200, 403, 404].includes(response.status)) return null;
        return recognise(parse(await response.text()), response.status);
      } catch {
        return null;
      } finally {
        looking = null;
      }
    })();
    return looking;
  }

  function parse(html) {
    return new DOMParser().parseFromString(html, "text/html");
  }

  function recognise(page, status) {
    const found = page.body.dataset.user;
    // An error page does not say who is signed in.
    if (found === undefined) return { mayEdit: false, status };
    if (found === user) {
      renew(page);
      become("in");
      if (panel.open) panel.close();
    } else if (found) other();
    else out();
    return { mayEdit: Boolean(page.getElementById("saved-note")?.dataset.mayEdit), status };
  }

  function other() {
    become("other");
    document.body.replaceChildren();
    location.reload();
  }

  function out() {
    if (state !== "in") return;
    become("out");
    open();
    const asking = setInterval(() => {
      if (state !== "out") clearInterval(asking);
      else if (document.visibilityState === "visible" && !signingIn) look();
    }, ASK_AGAIN);
  }

  async function open() {
    if (state === "other" || panel.open) return;
    // On the side where nobody types.
    const typing = document.activeElement.getBoundingClientRect();
    panel.classList.toggle("on-the-left", typing.left + typing.width / 2 > innerWidth / 2);
    // Not `showModal` and not `show`: both move the focus, and somebody who is typing would type into the panel.
    panel.setAttribute("open", "");
    if (!place.childElementCount) await load(panel.dataset.signIn);
  }

  async function load(address) {
    try {
      const response = await fetch(`${address}?next=${encodeURIComponent(location.pathname)}`);
      show(parse(await response.text()));
    } catch {
      place.textContent = panel.dataset.away;
    }
  }

  // The form of a sign-in page, or the sentence of a page that has none.
  function show(page) {
    const form = page.querySelector("main form.sheet[method=post]");
    const errors = [...page.querySelectorAll("main .errorlist")].filter((list) => !form?.contains(list));
    if (!form) {
      place.textContent = page.querySelector("main")?.textContent.trim() || panel.dataset.away;
      return;
    }
    for (const element of form.querySelectorAll("[id]")) {
      const label = form.querySelector(`label[for="${element.id}"]`);
      element.id = `session-${element.id}`;
      label?.setAttribute("for", element.id);
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(form, event.submitter);
    });
    place.replaceChildren(...errors, form);
    if (panel.contains(document.activeElement) || place.querySelector("[aria-invalid=true]")) {
      form.querySelector("[aria-invalid=true], input:not([type=hidden])")?.focus();
    }
  }

  async function submit(form, submitter) {
    const body = new URLSearchParams(new FormData(form, submitter));
    signingIn = true;
    await looking; // its answer may take a cookie away, and must not take the new one
    try {
      const response = await fetch(form.getAttribute("action") || panel.dataset.signIn, { method: "POST", body });
      const page = parse(await response.text());
      if (page.body.dataset.user) recognise(page, response.status);
      else if (response.redirected && new URL(response.url).pathname === location.pathname) other(); // not their page
      else if (response.status < 500) {
        // The next step has no address in its form: it is posted to where the answer came from.
        const next = page.querySelector("main form.sheet[method=post]");
        if (next && !next.getAttribute("action")) next.setAttribute("action", new URL(response.url).pathname);
        place.tabIndex = -1;
        place.focus();
        show(page);
      } else place.prepend(panel.dataset.away);
    } catch {
      place.prepend(panel.dataset.away);
    } finally {
      signingIn = false;
    }
  }

  panel.querySelector("[data-close]").addEventListener("click", () => panel.close());
  // Somebody who signed in in another tab comes back.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && state === "out") look();
  });
  addEventListener("focus", () => {
    if (state === "out") look();
  });
  // Any other request of the page whose session has ended.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) out();
  });
  // Another person in another tab of this browser: their page says so at once.
  try {
    localStorage.setItem("mlcanvas:user", user);
  } catch {
    // The next request finds out.
  }
  addEventListener("storage", (event) => {
    if (event.key === "mlcanvas:user" && event.newValue && event.newValue !== user) other();
  });

  // Signing out drops what this browser keeps for the person, after asking.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (new URL(form.action, location.href).pathname !== panel.dataset.signOut || form.method !== "post") return;
    event.preventDefault();
    for (const listener of listeners) await listener("leaving");
    const count = (await kept.texts()).length;
    const words = count === 1 ? panel.dataset.unsentOne : panel.dataset.unsentMany.replace("%n", count);
    if (count && !confirm(words)) return;
    become("other");
    await kept.forgetAll();
    form.submit();
  });

  return {
    get state() {
      return state;
    },
    token,
    look,
    out,
    open,
    onChange: (listener) => listeners.add(listener),
  };
})();
