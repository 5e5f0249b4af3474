/* Around the page's content: that the connection is lost, that more answers stand below the button
   that sticks to the screen's foot, and a skip link that skips. */
(() => {
  "use strict";

  const frames = (work) => {
    let waiting = false;
    return () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        work();
      });
    };
  };

  // --- The connection ---------------------------------------------------------------------

  // Streamlit covers the page with a dialog that asks about the internet, names a server, and takes
  // the focus (hidden in app.css). This line stands beside the page and is read out; in its words
  // nothing is lost. A short gap is not worth a word.
  const A_GAP = 2500;
  const line = document.createElement("div");
  line.className = "connection-lost";
  line.setAttribute("role", "status");
  const { lost: words, health } = document.currentScript.dataset;
  let wasConnected = false;
  let gap = 0;

  // A websocket over which nothing comes any more counts as connected for a minute or more. So
  // where the browser says that it is offline, or a press is not taken up, the server is asked
  // something small. What the browser says is not enough: without any network the quiz may well
  // run on this very machine.
  const PATIENCE = 5000;
  let silent = false;
  let asking = false;
  let doubted = false;

  const answers = async () => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      await fetch(health, { cache: "no-store", signal: patience.signal });
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  };

  const ask = async () => {
    if (asking || !wasConnected) return;
    asking = true;
    while (!navigator.onLine || doubted || silent) {
      silent = doubted = !(await answers());
      followConnection();
      await new Promise((goOn) => setTimeout(goOn, A_GAP));
    }
    asking = false;
  };

  let press = 0;
  const heard = () => {
    clearTimeout(press);
    press = 0;
  };
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest(".stApp :is(button, a)");
    if (!button || press) return;
    press = setTimeout(() => {
      press = 0;
      doubted = true;
      ask();
    }, A_GAP);
  });

  const followConnection = () => {
    const app = document.querySelector(".stApp");
    if (!app) return;
    if (app.dataset.testConnectionState === "CONNECTED" && !silent) {
      wasConnected = true;
      clearTimeout(gap);
      gap = 0;
      line.textContent = "";
    } else if (wasConnected && !gap) {
      gap = setTimeout(() => (line.textContent = words), A_GAP);
    }
  };

  // --- Answers below the button -----------------------------------------------------------

  const showMore = () => {
    const action = document.querySelector(".stMain .st-key-primary-action");
    const button = action?.querySelector("button");
    if (!button) return;
    // Less what the line itself takes, so that the count stays when it comes.
    const top = button.getBoundingClientRect().top - 34;
    const options = document.querySelectorAll(
      '.st-key-options [data-testid="stRadioOption"], .st-key-options [data-testid="stCheckbox"] > label',
    );
    // One of which half can be seen shows by itself that there is more.
    const below = [...options].filter((option) => {
      const box = option.getBoundingClientRect();
      return box.top + box.height / 2 > top;
    }).length;
    const text = below ? `${below} more answer${below === 1 ? "" : "s"} below` : "";
    if ((action.dataset.more ?? "") === text) return;
    if (text) action.dataset.more = text;
    else delete action.dataset.more;
  };

  // --- The skip link, which Streamlit leads to what begins with the navigation ------------

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href="#stMain"]');
    const heading = link && document.querySelector(".stMain h1");
    if (!heading) return;
    event.preventDefault();
    if (!heading.hasAttribute("tabindex")) heading.setAttribute("tabindex", "-1");
    heading.focus();
  });

  const begin = () => {
    document.body.append(line);
    const settle = frames(() => {
      followConnection();
      showMore();
    });
    new MutationObserver((changes) => {
      if (changes.some((change) => change.attributeName === "data-test-script-state")) heard();
      settle();
    }).observe(document.getElementById("root") ?? document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["data-test-connection-state", "data-test-script-state"],
    });
    window.addEventListener("offline", ask);
    document.addEventListener("scroll", frames(showMore), { capture: true, passive: true });
    window.addEventListener("resize", frames(showMore));
    settle();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
