// The preview's part in the browser: reloads a page that has changed, swaps stylesheets, shows what
// the build found, and says whose eyes the page is for. It is a file of its own, so that a page's
// policy needs no exception.
(() => {
  "use strict";

  // The edition and the state of this page, as they were when it was sent.
  const page = document.currentScript.dataset;
  const failure = document.getElementById("tearline-failure");
  let styles = page.styles;
  let findings = null;
  let asked = 0;
  let source = null;

  // The choice of an edition is the browser's, but a window stays with its own: it is chosen again
  // before anything here can lead to a request.
  function choose() {
    if (page.choice) document.cookie = `${page.choice}; path=/; SameSite=Strict`;
  }

  // A page behind which a service worker or a cache hides the server would come back the same:
  // it is reloaded for a given state once.
  function reload(state) {
    const wanted = `${state.page} ${location.href}`;
    try {
      if (sessionStorage.getItem("tearline-reload") === wanted) return;
      sessionStorage.setItem("tearline-reload", wanted);
    } catch {
      // Without storage there is no guard.
    }
    source?.close();
    choose();
    location.reload();
  }

  // Each stylesheet of the page with those that stood in its place. The old one stays until the new
  // one is there, so that the page is never bare.
  const sheets = Array.from(document.querySelectorAll('link[rel~="stylesheet"]'), (link) => [link]);

  function swapStyles(state) {
    if (state.sheets.length !== sheets.length) {
      reload(state);
      return;
    }
    state.sheets.forEach((address, at) => {
      const url = new URL(address, location.href);
      if (url.origin !== location.origin) return;
      // The address may be the old one.
      url.searchParams.set("tearline", styles);
      const last = sheets[at].at(-1);
      const fresh = last.cloneNode();
      fresh.href = url.href;
      fresh.addEventListener("load", () => {
        for (const old of sheets[at].splice(0, sheets[at].indexOf(fresh))) old.remove();
      });
      last.after(fresh);
      sheets[at].push(fresh);
    });
  }

  // What the preview shows of its own stands in a tree of its own, which the site's styles do not
  // reach.
  function element(name, className, ...inside) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...inside);
    return made;
  }

  let shown = null;

  function build() {
    const host = element("tearline-preview");
    const root = host.attachShadow({ mode: "open" });
    const style = element("link");
    style.rel = "stylesheet";
    style.href = "/_tearline/client.css";

    const bar = element("details", "bar");
    const summary = element("summary");
    const menu = element("div", "menu");
    bar.append(summary, menu);

    const edited = element("a", "edited");
    edited.hidden = true;

    const badge = element("button", "badge");
    badge.type = "button";
    badge.hidden = true;
    badge.addEventListener("click", open);

    const panel = element("section", "panel");
    panel.hidden = true;
    panel.tabIndex = -1;
    panel.setAttribute("role", "alertdialog");
    panel.setAttribute("aria-labelledby", "title");
    panel.setAttribute("aria-describedby", "content");
    const title = element("h2");
    title.id = "title";
    const shut = element("button", "close", "Close (Esc)");
    shut.type = "button";
    shut.addEventListener("click", close);
    const content = element("div");
    content.id = "content";
    panel.append(element("header", "", title, shut), content);

    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (!panel.hidden) close();
      else bar.open = false;
    });
    document.addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(bar)) bar.open = false;
    });

    // Without its styles it would push the page about; hidden, it could not take the focus.
    host.hidden = true;
    style.addEventListener("load", () => {
      host.hidden = false;
      if (!panel.hidden) panel.focus({ preventScroll: true });
    });
    root.append(style, element("div", "dock", bar, edited, badge), panel);
    document.body.append(host);
    return { summary, menu, edited, badge, panel, title, content, before: null };
  }

  function open() {
    shown.before = document.activeElement;
    shown.panel.hidden = false;
    shown.badge.hidden = true;
    shown.panel.focus({ preventScroll: true });
  }

  function close() {
    shown.panel.hidden = true;
    shown.badge.hidden = false;
    shown.before?.focus?.({ preventScroll: true });
    shown.before = null;
  }

  // The name of an edition, its highest marking and its groups.
  function audience(edition) {
    const parts = [];
    if (edition.name) parts.push(element("strong", "", edition.name));
    parts.push(element("span", `tlp ${edition.class}`, edition.marking));
    if (edition.groups.length) parts.push(element("span", "groups", edition.groups.join(", ")));
    return parts;
  }

  function showEditions(state) {
    const here = state.editions.find((edition) => edition.name === state.edition);
    if (!here) {
      shown.summary.parentElement.hidden = true;
      return;
    }
    shown.summary.parentElement.hidden = false;
    shown.summary.replaceChildren(element("span", "", "Preview"), ...audience(here));
    const list = element("ul");
    for (const edition of state.editions) {
      if (!edition.name) continue;
      const link = element("a", "", ...audience(edition));
      const to = new URLSearchParams({ to: location.pathname });
      link.href = `/_tearline/edition/${encodeURIComponent(edition.name)}?${to}`;
      if (edition === here) link.setAttribute("aria-current", "true");
      list.append(element("li", "", link));
    }
    const note = "Drafts and briefs under embargo are shown, and labelled.";
    shown.menu.replaceChildren(...(list.childElementCount ? [list] : []), element("p", "", note));
  }

  function counted(state) {
    const parts = [];
    if (state.errors) parts.push(state.errors === 1 ? "1 error" : `${state.errors} errors`);
    if (state.warnings) parts.push(state.warnings === 1 ? "1 warning" : `${state.warnings} warnings`);
    return parts.join(", ");
  }

  function showFindings(state) {
    if (failure && state.page === null) {
      failure.innerHTML = state.findings ?? "";
      return;
    }
    shown.content.innerHTML = state.findings ?? "";
    shown.title.textContent = state.errors
      ? `${counted(state)}: this is the last good version`
      : counted(state);
    shown.badge.textContent = counted(state);
    shown.badge.classList.toggle("error", state.errors > 0);
    if (state.errors) {
      if (shown.panel.hidden) open();
    } else {
      if (!shown.panel.hidden) close();
      shown.badge.hidden = !state.warnings;
    }
  }

  function take(state) {
    // A template that fails, or a preview started anew on a broken site, has nothing to show in
    // place of this page.
    if (state.page !== null && state.page !== page.page) {
      reload(state);
      return;
    }
    if (state.page !== null && state.styles !== styles) {
      styles = state.styles;
      swapStyles(state);
    }
    const isFirst = !shown;
    shown ??= build();
    showEditions(state);
    if (state.findings !== findings) {
      findings = state.findings;
      showFindings(state);
    }
    // What was edited before this page was opened is no news.
    const elsewhere = state.edited !== null && state.edited !== location.pathname;
    shown.edited.hidden = isFirst || !elsewhere;
    if (elsewhere) {
      shown.edited.href = state.edited;
      shown.edited.textContent = "Open the page just edited";
    }
  }

  async function check() {
    asked += 1;
    const mine = asked;
    const query = new URLSearchParams({ edition: page.edition, path: location.pathname });
    const answer = await fetch(`/_tearline/state?${query}`, { cache: "no-store" });
    const state = await answer.json();
    // A later snapshot has been asked about meanwhile.
    if (mine === asked) take(state);
  }

  // A browser allows few connections to one host, and each open page holds one: pages that nobody
  // sees let go of theirs and catch up when they are seen again.
  function connect() {
    source?.close();
    source = null;
    if (document.visibilityState === "hidden") return;
    choose();
    source = new EventSource("/_tearline/events");
    source.addEventListener("snapshot", () => {
      // A preview that has ended meanwhile sends an event when it is back.
      check().catch(() => {});
    });
  }

  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, choose, { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", connect);
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  connect();
})();
