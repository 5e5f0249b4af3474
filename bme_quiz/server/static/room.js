/* A phone's page in a session: shows what the server sends, and sends answers until one is in.
   Without this script the page works too, with a form and by looking again now and then. */
(() => {
  "use strict";
  const main = document.querySelector("main");
  const here = location.pathname;
  const able = window.EventSource && window.fetch;
  if (!main || !main.querySelector("[data-step]")) return;
  if (!able) {
    if (!main.querySelector("form")) setTimeout(() => location.reload(), 5000);
    return;
  }

  // Seconds. The server is heard every 15; whoever is silent for 40 has gone.
  const SILENT = 40, PATIENCE = 12, TRIES = 6;
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  document.body.append(said);

  let source = null, heard = 0, failures = 0, opening = 0, sending = false;
  const view = () => main.querySelector("[data-step]");
  const step = () => Number(view().dataset.step);
  const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  // A whole hall tries again after a fault: each phone in its own time.
  const pause = (n) => Math.min(10, 2 ** n / 2) * (0.5 + Math.random());

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const from = fresh.querySelector("main") || fresh.body;
    const found = from.querySelector("[data-step]");
    if (!found) return location.reload();
    if (Number(found.dataset.step) < step()) return;
    const same = position();
    const ticked = [...main.querySelectorAll("[name=option]:checked")].map((box) => box.value);
    // Not node by node: what stands in <noscript> would come to life.
    main.innerHTML = from.innerHTML;
    const heading = main.querySelector("h1");
    document.title = `${heading.textContent} - BME Quiz`;
    if (same === position()) {
      for (const box of main.querySelectorAll("[name=option]")) {
        box.checked = ticked.includes(box.value);
      }
    } else {
      said.textContent = view().dataset.say;
    }
    scrollTo(0, 0);
    heading.focus();
  }

  // Which question is asked at which step; two pages that agree in it ask the same.
  function position() {
    const form = main.querySelector("form");
    return form ? `${form.elements.step.value}-${form.elements.position.value}` : "";
  }

  function notice(text) {
    let place = main.querySelector(".alert");
    if (!place) {
      place = document.createElement("p");
      place.className = "alert";
      place.setAttribute("role", "alert");
      main.querySelector("form").before(place);
    }
    if (place.textContent !== text) place.textContent = text;
  }

  // The stream of events

  function open() {
    clearTimeout(opening);
    if (source) source.close();
    const own = source = new EventSource(`${here}/events?step=${step()}`);
    heard = Date.now();
    own.onopen = () => { heard = Date.now(); };
    own.addEventListener("beat", (event) => {
      heard = Date.now();
      failures = 0;
      // Something was lost on the way.
      if (Number(event.data) > step() && own === source) again();
    });
    own.addEventListener("page", (event) => {
      heard = Date.now();
      failures = 0;
      if (Number(event.lastEventId) > step()) show(event.data);
    });
    own.onerror = () => { if (own === source) again(); };
  }

  // Where the stream does not get through, the page itself is looked at.
  function again() {
    source.close();
    failures += 1;
    clearTimeout(opening);
    opening = setTimeout(async () => {
      if (failures > 2) await look();
      open();
    }, pause(failures) * 1000);
  }

  async function look() {
    try {
      const answer = await ask(here, {});
      if (answer.ok) {
        const text = await answer.text();
        const found = /data-step="(\d+)"/.exec(text);
        if (found && Number(found[1]) > step()) show(text);
      }
    } catch (lost) { /* the stream is tried next */ }
  }

  function wake() {
    if (document.visibilityState === "hidden") return;
    if (source.readyState !== EventSource.OPEN || Date.now() - heard > 20000) {
      failures = 0;
      open();
    }
  }

  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
  setInterval(() => {
    if (source.readyState !== EventSource.CLOSED && Date.now() - heard > SILENT * 1000) again();
  }, 5000);

  // Answers

  function ask(address, options) {
    return Promise.race([
      fetch(address, Object.assign({ credentials: "same-origin" }, options)),
      wait(PATIENCE).then(() => { throw new Error("late"); }),
    ]);
  }

  // What the server said of an answer: the page to show, or a sentence and whether to try again.
  async function post(address, body) {
    try {
      const answer = await ask(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      const text = await answer.text();
      if (answer.ok || answer.status === 409) return { page: text };
      return { text, wrong: answer.status < 500 && answer.status !== 429 };
    } catch (lost) {
      // The server closes what was idle for some seconds; what was sent on it comes again.
      return { lost: true };
    }
  }

  async function send(form) {
    const asked = position(), body = new URLSearchParams(new FormData(form));
    const fields = form.querySelector("fieldset"), button = form.querySelector("button");
    const label = button.textContent;
    fields.disabled = button.disabled = true;
    button.textContent = "Sending…";
    for (let n = 0; position() === asked; n += 1) {
      const got = await post(form.action, body);
      if (got.page) return show(got.page);
      if (position() !== asked) break;
      if (got.lost && n > 0) {
        const alive = source.readyState === EventSource.OPEN && Date.now() - heard < 20000;
        if (alive && n >= TRIES) {
          // Everything else gets through: let the browser send the form itself.
          fields.disabled = false;
          return form.submit();
        }
        notice("Your answer is not sent yet: there is no connection. It is tried again by itself.");
      }
      if (got.wrong || (got.text && n >= TRIES)) {
        notice(got.text);
        break;
      }
      await wait(pause(n));
    }
    fields.disabled = button.disabled = false;
    button.textContent = label;
  }

  main.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    try {
      await send(event.target);
    } finally {
      sending = false;
    }
  });

  open();
})();
