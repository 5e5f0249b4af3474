/* A phone's page in a session: shows what the server sends, and sends answers until they are in.
   Without it the page works too, with a form and by looking again now and then: where something
   that is used here is missing, noscript.js sees to that. */
(() => {
  "use strict";
  const main = document.querySelector("main"), { events } = document.currentScript.dataset;
  const needed = [
    window.EventSource, window.fetch, window.HTMLTemplateElement,
    Element.prototype.after, NodeList.prototype.forEach,
  ];
  if (window.roomRuns || !needed.every(Boolean)) return;
  window.roomRuns = true;

  // What stands behind a page's own title: the course.
  const ofWhat = document.title.slice(document.title.indexOf(" - "));

  // Seconds. The server is heard every 15; whoever is silent for 40 has gone.
  const SILENT = 40, FRESH = 20, PATIENCE = 12, TRIES = 6;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);

  let source, opening, heard = 0, opened = 0, failures = 0, sending;
  const view = () => main.querySelector("[data-step]");
  const step = () => Number(view().dataset.step);
  const over = () => "over" in view().dataset;
  const since = (time) => (Date.now() - time) / 1000;
  const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  // A whole hall tries again after a fault, each phone in its own time.
  const pause = (n) => Math.min(10, 2 ** n / 2) * (0.5 + Math.random());

  // Which question is asked at which step.
  function asked() {
    const form = main.querySelector("form");
    return form && `${form.elements.step.value}-${form.elements.position.value}`;
  }

  function parsed(html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    return box.content;
  }

  // Put a page, or what stands in its <main>, on the screen, unless it is older than what is there.
  function show(html) {
    const page = parsed(html), fresh = page.querySelector("[data-step]");
    if (!fresh) return location.reload();
    if (Number(fresh.dataset.step) < step()) return;
    const before = asked(), from = step();
    const ticked = [...main.querySelectorAll("input:checked")].map((input) => input.value);
    main.innerHTML = fresh.parentNode === page ? html : fresh.parentNode.innerHTML;
    if (before && before === asked()) {
      main.querySelectorAll("[name=option]").forEach((input) => {
        input.checked = ticked.includes(input.value);
      });
    } else {
      status.textContent = view().dataset.say;
    }
    if (over()) close();
    const heading = main.querySelector("h1");
    if (before && step() > from && before !== sending && ticked.length) {
      tell("The session has moved on. What you had chosen was not sent, so it was not counted.");
    }
    const verdict = main.querySelector(".verdict");
    document.title = `${verdict ? verdict.textContent + " " : ""}${heading.textContent}${ofWhat}`;
    scrollTo(0, 0);
    const first = verdict || heading;
    first.tabIndex = -1;
    first.focus();
  }

  // A line that is read out too; and where it stands under the heading.
  function line(text) {
    const made = document.createElement("p");
    made.className = "alert";
    made.setAttribute("role", "alert");
    made.textContent = text;
    return made;
  }
  const tell = (text) => main.querySelector("h1").after(line(text));

  function close() {
    clearTimeout(opening);
    if (source) source.close();
  }

  function open() {
    close();
    if (over()) return;
    const own = source = new EventSource(`${events}?step=${step()}`);
    const hear = (now) => {
      heard = Date.now();
      failures = 0;
      return Number(now) > step();
    };
    opened = Date.now();
    own.addEventListener("page", (event) => { if (hear(event.lastEventId)) show(event.data); });
    // The question of this very step was changed.
    own.addEventListener("again", (event) => { hear(event.lastEventId); show(event.data); });
    // A beat that is ahead of the page: a page was lost on the way.
    own.addEventListener("beat", (event) => { if (hear(event.data)) again(); });
    own.onerror = () => { if (own === source) again(); };
  }

  // Nobody looks at a hidden page; it opens its stream anew when it is seen again.
  function again() {
    close();
    if (document.hidden) return;
    failures += 1;
    opening = setTimeout(async () => {
      // Where no stream gets through, the page itself is asked for.
      if (failures > 2) await look();
      open();
    }, pause(failures) * 1000);
  }

  async function look() {
    try {
      const { status, text } = await ask(location.pathname);
      // The form for the code: the session is long over.
      if (status === 404 && text.includes('id="code"')) return location.reload();
      const found = /data-step="(\d+)"/.exec(text);
      if (found && found[1] > step()) show(text);
    } catch (lost) {
      // The stream is tried next.
    }
  }

  function wake() {
    if (!document.hidden && (source.readyState !== EventSource.OPEN || since(heard) > FRESH)) open();
  }

  // Status and text of an answer that has come in full, in time.
  function ask(address, options) {
    const stop = window.AbortController && new AbortController();
    // Left to themselves, older browsers send no cookie.
    const all = Object.assign({ credentials: "same-origin" }, options, stop && { signal: stop.signal });
    const came = fetch(address, all).then((answer) =>
      answer.text().then((text) => ({ status: answer.status, text })));
    const late = wait(PATIENCE).then(() => {
      if (stop) stop.abort();
      throw Error("late");
    });
    return Promise.race([came, late]);
  }

  // What the server says to an answer: a page, or a sentence and whether to send it once more.
  async function post(address, body) {
    const headers = {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Requested-With": "fetch",
    };
    try {
      const { status, text } = await ask(address, { method: "POST", body, headers });
      if (status === 200 || status === 409) return { page: text };
      return { text, final: status < 500 && status !== 429 };
    } catch (lost) {
      // The server closes a line that was idle for seconds; what was sent on it is sent again.
      return { lost };
    }
  }

  // What became of an answer, where another page is on the screen already.
  function tellOfPast(got) {
    const said = got.page && parsed(got.page).querySelector(".alert");
    if (said) tell(said.textContent);
    if (!got.page) tell("The session moved on before there was word of your last answer. It may not have been counted.");
  }

  async function send(form) {
    const question = asked();
    const fields = [...form.querySelectorAll("input")].filter((f) => f.type === "hidden" || f.checked);
    const body = fields.map((f) => `${f.name}=${encodeURIComponent(f.value)}`).join("&");
    const choice = form.querySelector("fieldset"), button = form.querySelector("button");
    const label = button.textContent;
    const notice = (text) => {
      const place = form.querySelector(".alert") || line("");
      button.before(place);
      if (place.textContent !== text) place.textContent = text;
    };
    choice.disabled = button.disabled = true;
    button.textContent = "Sending…";
    for (let n = 0, past = 0; ; n += 1) {
      const got = await post(form.action, body);
      if (asked() !== question) {
        // It may be in all the same; the server says so when it is asked once more.
        past += 1;
        if (got.page || got.final || past > TRIES) return tellOfPast(got);
        await wait(pause(past));
        continue;
      }
      if (got.page) return show(got.page);
      if (got.final || (got.text && n >= TRIES)) {
        notice(got.text);
        break;
      }
      if (got.lost && n >= TRIES && since(heard) < FRESH) {
        // All else gets through: the browser is to send the form itself.
        choice.disabled = false;
        return form.submit();
      }
      if (got.lost && n) notice("Not sent yet: there is no connection. It is tried again by itself.");
      await wait(pause(n));
    }
    choice.disabled = button.disabled = false;
    button.textContent = label;
    button.focus();
  }

  if (over()) return;
  main.addEventListener("submit", (event) => {
    event.preventDefault();
    // One at a time of each question: an answer that found no way holds up none to the next.
    const question = asked();
    if (sending === question) return;
    sending = question;
    const done = () => { if (sending === question) sending = null; };
    send(event.target).then(done, done);
  });
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  document.addEventListener("visibilitychange", wake);
  setInterval(() => {
    if (source.readyState !== EventSource.CLOSED && since(Math.max(heard, opened)) > SILENT) again();
  }, 5000);
  open();
})();
