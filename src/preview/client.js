// The preview's part in the browser: reloads a page that is out of date, swaps stylesheets, and
// shows what the build found. It is a file of its own, so that a page's policy needs no exception.
(() => {
  "use strict";

  // The numbers of the build that this page came from.
  const page = document.currentScript.dataset;
  const failure = document.getElementById("tearline-failure");
  let styles = page.styles;
  let findings = "";
  let source = null;

  // A page behind which a service worker or a cache hides the server would come back the same:
  // it is reloaded for a given build once.
  function reload(state) {
    const wanted = `${state.run} ${state.pages} ${location.href}`;
    try {
      if (sessionStorage.getItem("tearline-reload") === wanted) return;
      sessionStorage.setItem("tearline-reload", wanted);
    } catch {
      // Without storage there is no guard.
    }
    source?.close();
    location.reload();
  }

  // The old stylesheet stays until the new one is there, so that the page is never bare.
  function swapStyles(number) {
    for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const url = new URL(link.href, location.href);
      if (url.origin !== location.origin) continue;
      url.searchParams.set("tearline", number);
      const fresh = link.cloneNode();
      fresh.href = url.href;
      fresh.addEventListener("load", () => link.remove());
      fresh.addEventListener("error", () => fresh.remove());
      link.after(fresh);
    }
  }

  // Findings stand in a tree of their own, which the site's styles do not reach.
  let panel = null;
  let badge = null;
  let before = null;

  function build() {
    const host = document.createElement("tearline-findings");
    const root = host.attachShadow({ mode: "open" });
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/_tearline/client.css";

    badge = document.createElement("button");
    badge.type = "button";
    badge.className = "badge";
    badge.hidden = true;
    badge.addEventListener("click", open);

    panel = document.createElement("section");
    panel.className = "panel";
    panel.hidden = true;
    panel.tabIndex = -1;
    panel.setAttribute("role", "alertdialog");
    panel.setAttribute("aria-labelledby", "title");
    panel.setAttribute("aria-describedby", "content");

    const title = document.createElement("h2");
    title.id = "title";
    const shut = document.createElement("button");
    shut.type = "button";
    shut.className = "close";
    shut.textContent = "Close (Esc)";
    shut.addEventListener("click", close);
    const header = document.createElement("header");
    header.append(title, shut);
    const content = document.createElement("div");
    content.id = "content";
    panel.append(header, content);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !panel.hidden) close();
    });

    // Without its styles the panel would push the page about; hidden, it could not take the focus.
    host.hidden = true;
    style.addEventListener("load", () => {
      host.hidden = false;
      if (!panel.hidden) panel.focus({ preventScroll: true });
    });
    root.append(style, badge, panel);
    document.body.append(host);
  }

  function open() {
    before = document.activeElement;
    panel.hidden = false;
    badge.hidden = true;
    panel.focus({ preventScroll: true });
  }

  function close() {
    panel.hidden = true;
    badge.hidden = false;
    before?.focus?.({ preventScroll: true });
    before = null;
  }

  function counted(state) {
    const parts = [];
    if (state.errors) parts.push(state.errors === 1 ? "1 error" : `${state.errors} errors`);
    if (state.warnings) parts.push(state.warnings === 1 ? "1 warning" : `${state.warnings} warnings`);
    return parts.join(", ");
  }

  async function show(state) {
    const none = !state.errors && !state.warnings;
    if (none && !panel) return;
    const answer = await fetch("/_tearline/diagnostics.html", { cache: "no-store" });
    const html = await answer.text();
    // A later state has asked for its own meanwhile.
    if (findings !== `${state.run} ${state.findings}`) return;
    if (failure && state.pages === 0) {
      failure.innerHTML = html;
      return;
    }
    if (!panel) build();
    panel.querySelector("#content").innerHTML = html;
    panel.querySelector("h2").textContent = state.errors
      ? `${counted(state)}: this is the last good version`
      : counted(state);
    badge.textContent = counted(state);
    badge.classList.toggle("error", state.errors > 0);
    if (state.errors) {
      if (panel.hidden) open();
    } else {
      if (!panel.hidden) close();
      badge.hidden = none;
    }
  }

  function take(state) {
    const stale = state.run !== page.run || String(state.pages) !== page.pages;
    // A preview started anew on a broken site has nothing to show in place of this page.
    if (stale && state.pages !== 0) {
      reload(state);
      return;
    }
    if (!stale && String(state.styles) !== styles) {
      styles = String(state.styles);
      swapStyles(styles);
    }
    const key = `${state.run} ${state.findings}`;
    if (key !== findings) {
      findings = key;
      show(state).catch(() => { findings = ""; });
    }
  }

  // A browser allows few connections to one host, and each open page holds one: pages that nobody
  // sees let go of theirs and catch up when they are seen again.
  function connect() {
    source?.close();
    source = null;
    if (document.visibilityState === "hidden") return;
    source = new EventSource("/_tearline/events");
    source.addEventListener("state", (event) => take(JSON.parse(event.data)));
  }

  document.addEventListener("visibilitychange", connect);
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  connect();
})();
