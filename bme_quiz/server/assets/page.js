/* What the page needs beyond Streamlit: keys, focus, terms, places in the article.
   No framework, no network, no state but what the page shows and whether keys are on. */
(() => {
  "use strict";

  // Streamlit asks for its icon font (375 KB) before it draws anything. Where an icon is shown the
  // browser fetches it anyway; pages without icons do without.
  const loadFont = document.fonts.load.bind(document.fonts);
  document.fonts.load = (font, text) =>
    /Material Symbols/.test(font) ? Promise.resolve([]) : loadFont(font, text);

  // What stands in front of every path.
  const { front } = document.currentScript.dataset;

  const inOptions = ".st-key-options";
  const option = `${inOptions} input[type="radio"], ${inOptions} input[type="checkbox"]`;
  let focused = null;
  let arrivedAt = null;

  // --- Keys: 1 to 5 choose, Enter presses the step's main button; on a card Space turns it,
  // 1 to 4 rate it and U takes the last rating back; Page Down and the right arrow press the
  // main button at the lectern, arrows up and down scroll a third of the wall ----------------

  // Keys that are one sign can be switched off (WCAG 2.1.4): words spoken to a computer, or a hand
  // that rests on the keyboard, press them by the way. Enter and the arrows stay.
  const KEYS = "bme-quiz-keys";
  let keysOn = true;
  try {
    keysOn = localStorage.getItem(KEYS) !== "off";
  } catch {
    // A browser that keeps nothing: the switch then holds until the page is loaded again.
  }

  const showKeys = () => {
    document.querySelectorAll(".stHtml button[data-keys]").forEach((button) => {
      button.setAttribute("aria-checked", String(keysOn));
    });
  };

  const switchKeys = () => {
    keysOn = !keysOn;
    try {
      localStorage.setItem(KEYS, keysOn ? "on" : "off");
    } catch {
      // See above.
    }
    showKeys();
  };

  const typing = (element) =>
    element.closest('textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"], [role="dialog"]') ||
    (element.matches("input") && !element.matches('[type="radio"], [type="checkbox"]'));

  // Enter on these does what it says on them, not what the main button says.
  const hasOwnEnter = (element) => element.closest("a[href], button, summary, [role='tab']");

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.repeat || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (document.querySelector("dialog[open]")) return;
      if (typing(target) || (!keysOn && event.key.length === 1)) return;
      const ratings = document.querySelectorAll(".st-key-ratings button");
      if (/^[1-4]$/.test(event.key) && ratings.length === 4) {
        event.preventDefault();
        ratings[Number(event.key) - 1].click();
      } else if (/^[1-5]$/.test(event.key)) {
        const chosen = document.querySelectorAll(option)[Number(event.key) - 1];
        if (!chosen) return;
        event.preventDefault();
        chosen.click();
        chosen.focus();
      } else if (event.key === "Enter" && !hasOwnEnter(target)) {
        const button = document.querySelector(".st-key-primary-action button:not([disabled])");
        if (!button) return;
        event.preventDefault();
        event.stopPropagation();
        button.click();
      } else if ((event.key === "PageDown" || event.key === "ArrowRight") && !target.matches("input")) {
        // What the remote control of a projector sends; only where an educator leads a session.
        const button = document.querySelector(".st-key-lectern .st-key-primary-action button:not([disabled])");
        if (!button) return;
        event.preventDefault();
        button.click();
      } else if (event.key === "Escape" && document.querySelector(".st-key-not-yet button")) {
        // "No, go on": whoever is asked whether the session is to end.
        event.preventDefault();
        document.querySelector(".st-key-not-yet button").click();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !target.matches("input")) {
        // The browser's own step is 40 px, which nobody sees move on a wall.
        const main = document.querySelector(".st-key-lectern")?.closest(".stMain");
        if (!main) return;
        event.preventDefault();
        main.scrollBy({ top: ((event.key === "ArrowDown" ? 1 : -1) * window.innerHeight) / 3 });
      } else if (event.key === " " && !target.closest("button, summary, input, [role='tab'], [role='slider']")) {
        const button = document.querySelector(".st-key-show-answer button");
        if (!button) return;
        event.preventDefault();
        button.click();
      } else if (event.key.toLowerCase() === "u") {
        document.querySelector(".st-key-undo button")?.click();
      }
    },
    true,
  );

  // A second press of an impatient hand was meant for the step before: a double click would skip
  // the explanation that has just come under the pointer, and so would Enter pressed twice.
  const TOO_SOON = 400;
  let settling = 0;

  const takeBreath = () => {
    document.body.dataset.fresh = "true";
    clearTimeout(settling);
    settling = setTimeout(() => delete document.body.dataset.fresh, TOO_SOON);
  };

  document.addEventListener(
    "click",
    (event) => {
      const button = event.target instanceof Element && event.target.closest(".st-key-primary-action button, .st-key-lectern button");
      if (!button) return;
      if (event.detail > 1 || document.body.dataset.fresh) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true,
  );

  // What was said about nothing being chosen is over once something is.
  document.addEventListener("change", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest(inOptions)) return;
    document
      .querySelectorAll('.st-key-primary-action [data-testid="stAlertContentWarning"]')
      .forEach((alert) => (alert.closest('[data-testid="stElementContainer"]').style.display = "none"));
  });

  // --- Pictures, enlarged -------------------------------------------------------------------

  // The browser's own dialog: it keeps the focus, Escape closes it, and the focus goes back.
  const enlarge = (link) => {
    const dialog = document.createElement("dialog");
    const close = document.createElement("button");
    const picture = document.createElement("img");
    dialog.className = "zoomed";
    close.textContent = "Close";
    picture.src = link.href;
    picture.alt = link.querySelector("img").alt;
    dialog.append(close, picture);
    dialog.addEventListener("click", (event) => event.target !== picture && dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest(".stHtml a.zoom");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    enlarge(link);
  });

  // --- Glossary terms open where they stand ----------------------------------------------

  const toggle = (button, open) => {
    const meaning = button.nextElementSibling;
    if (!meaning || !meaning.matches(".term-meaning")) return;
    button.setAttribute("aria-expanded", String(open));
    meaning.hidden = !open;
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button.term");
    if (button) toggle(button, button.getAttribute("aria-expanded") !== "true");
    if (event.target instanceof Element && event.target.closest(".stHtml button[data-print]")) {
      window.print();
    }
    if (event.target instanceof Element && event.target.closest(".stHtml button[data-keys]")) {
      switchKeys();
    }
    const link = event.target instanceof Element && event.target.closest('.stHtml a[href^="#"]');
    if (link) {
      event.preventDefault();
      const id = placeIn(link.getAttribute("href"));
      if (goTo(id)) {
        // So that "back" comes back to the text, and the place can be copied.
        history.pushState(history.state, "", `#${encodeURIComponent(id)}`);
        arrivedAt = location.pathname + location.hash;
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll('button.term[aria-expanded="true"]').forEach((b) => toggle(b, false));
  });

  // --- Places within the page -------------------------------------------------------------

  // Streamlit's main block scrolls, not the window, and is filled long after the page has
  // loaded: the browser's own jump to #place has nothing to jump to yet.
  const placeIn = (hash) => {
    try {
      return decodeURIComponent(hash.slice(1));
    } catch {
      return hash.slice(1);
    }
  };

  const goTo = (id) => {
    const place = id && document.getElementById(id);
    if (!place) return false;
    // What a closed box holds cannot be gone to.
    for (let box = place.closest("details"); box; box = box.parentElement.closest("details")) {
      box.open = true;
    }
    if (!place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
    place.scrollIntoView();
    place.focus({ preventScroll: true });
    return true;
  };

  // On paper nothing can be opened.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".stHtml details.box:not([open])")];
    opened.forEach((box) => (box.open = true));
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((box) => (box.open = false));
    opened = [];
  });

  // --- After each redraw ------------------------------------------------------------------

  // A new step (a question, a verdict, the results) takes the focus once, so that keyboard and
  // screen reader go on there. The first one of a visit does not: the page itself is announced.
  const moveFocus = () => {
    const steps = document.querySelectorAll("[data-focus]");
    const step = steps[steps.length - 1];
    const name = step ? step.dataset.focus : "";
    if (!step && focused === null && !document.querySelector(".stMain h1")) return;
    if (name === focused) return;
    const first = focused === null;
    focused = name;
    document.body.dataset.step = focused;
    if (!first) takeBreath();
    if (!step || first) return;
    step.focus({ preventScroll: true });
    bringIntoSight(step);
  };

  // A step begins at the page's top, where its progress stands. What is asked further down, such as
  // whether everything is to be erased, is shown with the buttons below it.
  const bringIntoSight = (step) => {
    const main = step.closest(".stMain");
    if (!main || !step.closest(".stHtml")) return;
    main.scrollTo({ top: 0 });
    const foot = parseFloat(getComputedStyle(main).scrollPaddingBottom) || 0;
    if (step.getBoundingClientRect().bottom > window.innerHeight - foot) {
      step.scrollIntoView({ block: "center" });
    }
  };

  const nameGroup = () => {
    const group = document.querySelector(inOptions);
    if (!group) return;
    const stem = group.querySelector("#stem");
    if (stem && group.getAttribute("role") !== "group") {
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", "stem");
    } else if (!stem && group.hasAttribute("role")) {
      group.removeAttribute("role");
      group.removeAttribute("aria-labelledby");
    }
  };

  // Streamlit names a radio group by its label's Markdown source; people see the rendered text.
  const nameRadios = () => {
    document.querySelectorAll('[data-testid="stRadio"]').forEach((radio) => {
      const group = radio.querySelector('[role="radiogroup"]');
      const label = radio.querySelector('[data-testid="stWidgetLabel"]')?.textContent;
      if (group && label && group.getAttribute("aria-label") !== label) {
        group.setAttribute("aria-label", label);
      }
    });
  };

  // Streamlit marks the page one is on by its colour alone.
  const markPage = () => {
    const nav = document.querySelector(".st-key-nav");
    if (!nav) return;
    if (!nav.hasAttribute("role")) {
      nav.setAttribute("role", "navigation");
      nav.setAttribute("aria-label", "Pages");
    }
    const here = location.pathname.replace(/\/$/, "");
    nav.querySelectorAll("a").forEach((link) => {
      // As written: an empty address, the start page's, would resolve to wherever one is.
      const there = new URL(link.getAttribute("href"), location.origin + front + "/").pathname.replace(/\/$/, "");
      if (there === here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
  };

  // What a rating brings stands above its button; said with it, it needs no search.
  const describeRatings = () => {
    document.querySelectorAll(".st-key-ratings button").forEach((button, place) => {
      button.setAttribute("aria-describedby", `interval-${place + 1}`);
    });
  };

  const followAddress = () => {
    const place = location.pathname + location.hash;
    if (location.hash && arrivedAt !== place && goTo(placeIn(location.hash))) {
      arrivedAt = place;
    }
  };

  let waiting = false;
  const settle = () => {
    waiting = false;
    markPage();
    nameRadios();
    nameGroup();
    describeRatings();
    showKeys();
    moveFocus();
    followAddress();
  };
  const watch = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(settle);
  });
  const begin = () => {
    watch.observe(document.getElementById("root") ?? document.body, { childList: true, subtree: true });
    settle();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
  window.addEventListener("hashchange", followAddress);
})();
