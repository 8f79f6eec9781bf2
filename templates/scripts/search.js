// The page that searches. src/search/ makes the files that it reads, a few for each query, and says
// what is in them. What they hold goes into the page as text, never as markup.
{
  const $ = (query) => document.querySelector(query);
  const root = $(".search"), field = $(".page-head input[name=q]"), state = $(".search-state");
  const named = $(".search-names"), side = $(".search-facets"), list = $(".search-results");
  const more = $(".search-more"), browse = $(".search-index");
  const STEP = 10;
  const SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const LETTERS = /[\p{Alphabetic}\p{N}]+/gu;
  const IDEOGRAPH = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;

  // Words and keys, as src/search/words.rs folds them.
  const flat = (text) => text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/ς/g, "σ");
  const words = (text) => (flat(text).replace(IDEOGRAPH, " $& ").match(LETTERS) ?? [])
    .map((word) => [...word].slice(0, 40).join(""));
  const refang = (text) => text.trim()
    .replace(/\s*[[({](\.|dot|:|@|at|:\/\/|\/\/?)[\])}]\s*/gi, (_, sign) =>
      ({ dot: ".", at: "@" })[sign.toLowerCase()] ?? sign)
    .replace(/^(h(?:xx|tx|xt|tt|\*\*)p|fxp)([[(]s[\])]|s)?(?=:\/\/)/i, (_, scheme, s) =>
      (/^f/i.test(scheme) ? "ftp" : "http") + (s ? "s" : ""));
  const plain = (text) => refang(text).toLowerCase().replace(/\/$/, "");
  const host = (text) => /^(?:\w+:\/\/|[^\s@]+@)([^/?#:\s]+)/.exec(plain(text))?.[1];
  const key = (text) => (flat(refang(text)).match(LETTERS) ?? []).join("");
  // Without the endings that English words take; other languages match by beginnings alone.
  const stem = (word) => {
    if (word.length < 4 || /\d/.test(word) || !/^en/i.test(document.documentElement.lang)) return word;
    let short = word.replace(/ies$/, "y").replace(/(s|x|ch|sh|z)es$/, "$1").replace(/([^sui])s$/, "$1");
    const root = /^(.{3,})(?:ing|ed)$/.exec(short)?.[1];
    if (/[aeiouy]/.test(root ?? "")) short = root.replace(/([^lsz])\1$/, "$1");
    return short.length > 3 ? short.replace(/e$/, "") : short;
  };
  const fits = (word, term) => word === term ? 1 : stem(word) === stem(term) ? 0.9
    : term.length > 2 && word.startsWith(term) ? 0.5 : 0;
  globalThis.tearlineSearch = { words, key };

  const kept = {};
  const get = (path) => kept[path] ??= fetch(root.dataset.files + path)
    .then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(answer.status)))
    .catch((error) => { delete kept[path]; throw error; });
  // Numbers, as src/search/code.rs writes them.
  const numbers = (text) => {
    let at = 7;
    return () => {
      for (let number = 0, place = 1; ; place *= 31) {
        const sign = SIGNS.indexOf(text[at++]);
        if (sign < 31) return number + sign * place;
        number += (sign - 31) * place;
      }
    };
  };
  const times = (count, one) => Array.from({ length: count }, (_, at) => one(at));
  // What begins with a text is in the last file that starts at or before it, and in some behind it.
  const open = async (folder, joined, text) => {
    const starts = joined.split("ª");
    let first = starts.length - 1;
    while (first > 0 && starts[first] > text) first -= 1;
    let end = first + 1;
    while (end < first + 3 && starts[end]?.startsWith(text)) end += 1;
    return (await Promise.all(times(end - first, (at) => get(`${folder}/${first + at}.json`)))).flat();
  };
  const holders = (file) => {
    const next = numbers(file.documents);
    return file.map ??= file.words.map((word) => {
      let at = 0;
      return [word, times(next(), () => {
        const step = next();
        return [at += step >> 3, (step & 7) + 1];
      })];
    });
  };

  // How well each document fits, 0 for fewer words than others have; `some` where none has all.
  const find = async (index, query, terms) => {
    const scores = new Float32Array(index.documents), counts = new Uint8Array(index.documents);
    if (!terms.length) return { scores: scores.fill(query ? 0 : 1) };
    await Promise.all(terms.map(async (term) => {
      const short = stem(term), best = new Map();
      const common = term.startsWith(short) ? short : short.slice(0, -1);
      for (const file of await open("words", index.words, common)) {
        for (const [word, documents] of holders(file)) {
          const fit = fits(word, term);
          if (fit) for (const [at, weight] of documents) best.set(at, Math.max(best.get(at) ?? 0, fit * weight));
        }
      }
      const rare = Math.log(1 + index.documents / best.size);
      for (const [at, weight] of best) {
        scores[at] += rare * weight;
        counts[at] += 1;
      }
    }));
    const most = counts.reduce((one, other) => Math.max(one, other));
    counts.forEach((count, at) => { if (count < most) scores[at] = 0; });
    return { scores, some: most < terms.length };
  };
  // Rows of the table of names: those asked for, and those that begin with it.
  const look = async (index, query) => {
    const found = new Map(), parts = query.split(/\s+/);
    for (const text of [query, host(query), ...parts.filter((part) => parts.length < 4 || /\d/.test(part))].slice(0, 6)) {
      const wanted = key(text ?? "").slice(0, 64);
      if (wanted.length < 2) continue;
      const rows = await open("names", index.names, wanted);
      for (const row of rows) row.key ??= key((row[5] === 2 ? host(row[4]) : row[4]) ?? row[1]).slice(0, 64);
      const same = (row) => row.key === wanted &&
        (!row[5] || [plain(row[4]), host(row[4])].includes(plain(text)));
      const begun = (row) => text === query && !row[5] && row.key.startsWith(wanted);
      for (const row of [...rows.filter(same).slice(0, 10), ...rows.filter(begun).slice(0, 6)]) {
        const name = row[2] + (row[5] ? row[4] : "");
        if (!found.has(name)) found.set(name, row);
      }
    }
    return [...found.values()].slice(0, 10);
  };
  // Each facet with its values: a name for the address, one to show, the documents. Large ones are
  // read when they are opened.
  const narrow = (index, wanted) => Promise.all(index.facets.map(async ([name, title, size]) => {
    if (size > 16000 && !wanted.has(name) && !opened.has(name)) return { name, title, chosen: [] };
    const file = await get(`facets/${name}.json`), next = numbers(file.documents);
    file.lists ??= file.values.map((value) => {
      let at = 0;
      return [...value, times(next(), () => {
        const step = next();
        return [at += step >> 1, ...(step & 1 ? times(next(), () => at += 1) : [])];
      }).flat()];
    });
    const chosen = wanted.getAll(name), mask = new Uint8Array(index.documents);
    for (const [slug, , documents] of file.lists) {
      if (chosen.includes(slug)) for (const at of documents) mask[at] = 1;
    }
    return { name, title, chosen, mask, lists: file.lists };
  }));

  const make = (name, attributes, ...inside) => {
    const element = document.createElement(name);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.append(...inside);
    return element;
  };
  const badge = (index, level) =>
    make("span", { class: `tlp tlp-${index.markings[level][0]}` }, index.markings[level][1]);
  const nameRow = (index, [kind, title, path, level, other, isIndicator]) => make("li", {},
    ...(isIndicator ? [make("code", {}, other), " in "] : []),
    make("a", { href: root.dataset.base + path }, title), " ",
    make("span", { class: "count" }, kind + (other && !isIndicator ? `, also ${other}` : "")), " ",
    badge(index, level));
  const excerpt = (text, terms) => {
    const tokens = [...text.matchAll(/[\p{Alphabetic}\p{N}\p{M}]+/gu)];
    const hits = tokens.map(([token]) =>
      terms.findIndex((term) => words(token).some((word) => fits(word, term))));
    let from = 0, most = 0;
    hits.forEach((hit, at) => {
      const inside = hits.slice(at, at + 28).filter((one) => one >= 0);
      const worth = hit < 0 ? 0 : new Set(inside).size * 99 + inside.length;
      if (worth > most) [from, most] = [Math.max(0, at - 6), worth];
    });
    const parts = [from ? "… " : ""], shown = tokens.slice(from, from + 34);
    let at = shown[0]?.index ?? 0;
    shown.forEach((token, place) => {
      parts.push(text.slice(at, token.index), hits[from + place] < 0 ? token[0] : make("mark", {}, token[0]));
      at = token.index + token[0].length;
    });
    return make("p", { class: "search-excerpt" }, ...parts, at < text.length ? " …" : "");
  };
  const result = async (index, number, terms) => {
    const { kind, title, url, date, level, text } = await get(`texts/${number}.json`);
    return make("li", { class: "brief-row" },
      make("p", { class: "brief-row-meta" }, ...(date ? [make("time", { datetime: date[0] }, date[1])] : []),
        badge(index, level), kind),
      make("h3", { class: "brief-row-title" }, make("a", { href: url }, title)),
      excerpt(text, terms));
  };
  const facetBoxes = ({ name, title, chosen, lists }, passes) => {
    const counted = (lists ?? [])
      .map(([slug, label, documents]) => [slug, label, documents.filter((at) => passes(at, name)).length])
      .filter(([slug, , count]) => count || chosen.includes(slug));
    if (lists && counted.length < 2 && !chosen.length) return [];
    if (name !== "year") counted.sort((one, other) =>
      chosen.includes(other[0]) - chosen.includes(one[0]) || other[2] - one[2]);
    const group = make("details", { "data-name": name }, make("summary", {}, title),
      make("fieldset", {}, make("legend", { class: "visually-hidden" }, title),
        ...counted.slice(0, 15).map(([value, label, count]) => {
          const box = make("input", { type: "checkbox", name, value, id: `facet-${name}-${value}` });
          box.checked = chosen.includes(value);
          return make("label", {}, box, label, make("span", { class: "count" }, `${count}`));
        })));
    group.open = chosen.length > 0 || opened.has(name);
    return [group];
  };

  const opened = new Set(["kind", "year"]);
  let run = 0, most = STEP, waiting;
  const show = async () => {
    const mine = ++run, wanted = new URLSearchParams(location.search);
    const query = (wanted.get("q") ?? "").trim().slice(0, 200);
    root.hidden = ![...wanted.values()].join("").trim();
    browse.hidden = !root.hidden;
    if (root.hidden) return;
    if (!list.children.length) state.textContent = "Searching …";
    try {
      const index = await get("index.json"), terms = [...new Set(words(query))].slice(0, 12);
      const [{ scores, some }, rows, facets] = await Promise.all(
        [find(index, query, terms), look(index, query), narrow(index, wanted)]);
      // Of a pasted address, or beside a name, documents with some of the words mean nothing.
      if (some && (rows.length || !/\s/.test(query))) scores.fill(0);
      const passes = (at, but) => scores[at] > 0 &&
        facets.every(({ name, chosen, mask }) => name === but || !chosen.length || mask[at]);
      const hits = [...scores.keys()].filter((at) => passes(at))
        .sort((one, other) => scores[other] - scores[one] || other - one);
      const results = await Promise.all(hits.slice(0, most).map((at) => result(index, at, terms)));
      if (mine !== run) return;
      named.hidden = !rows.length;
      named.replaceChildren(make("ul", { class: "plain" }, ...rows.map((row) => nameRow(index, row))));
      const focused = document.activeElement.id;
      side.replaceChildren(...facets.flatMap((facet) => facetBoxes(facet, passes)));
      if (focused) document.getElementById(focused)?.focus();
      list.replaceChildren(...results);
      more.hidden = hits.length <= most;
      browse.hidden = hits.length + rows.length > 0;
      const count = (number) => `${number || "No"} result${number === 1 ? "" : "s"}`;
      state.textContent = `${count(hits.length)}${query && ` for “${query}”`}` +
        (rows.length ? `, ${rows.length} by name.` : ".") +
        (some && hits.length ? " None has all words; these have some." : "") +
        (browse.hidden ? "" : " Try fewer or other words, or begin with the index below.");
    } catch (error) {
      if (mine !== run) return;
      list.replaceChildren();
      browse.hidden = false;
      state.textContent = "The search could not be loaded. Try again, or begin with the index below.";
    }
  };
  const go = (push) => {
    clearTimeout(waiting);
    const wanted = new URLSearchParams();
    if (field.value.trim()) wanted.set("q", field.value.trim());
    for (const box of side.querySelectorAll(":checked")) wanted.append(box.name, box.value);
    history[push ? "pushState" : "replaceState"](null, "", `?${wanted}`);
    most = STEP;
    show();
  };
  const arrive = () => {
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    show();
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(go, 150);
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(true);
  });
  side.addEventListener("change", () => go(true));
  side.addEventListener("toggle", ({ target }) => {
    const { name } = target.dataset;
    if (!target.open) opened.delete(name);
    else if (!opened.has(name)) {
      opened.add(name);
      if (!target.querySelector("input")) show();
    }
  }, true);
  more.addEventListener("click", async () => {
    const next = most;
    most += STEP;
    await show();
    list.children[next]?.querySelector("a").focus();
  });
  addEventListener("popstate", arrive);
  document.addEventListener("keydown", (event) => {
    const links = [...root.querySelectorAll("ul a, ol a")], at = links.indexOf(document.activeElement);
    const { key, target } = event, inside = target === field || at >= 0;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "/" && !target.matches("input")) field.select();
    else if (key === "Escape" && inside) {
      field.value = "";
      field.focus();
      go(true);
    } else if (key === "ArrowDown" && inside) links[at + 1]?.focus();
    else if (key === "ArrowUp" && at >= 0) (links[at - 1] ?? field).focus();
    else return;
    event.preventDefault();
  });
  $(".search-narrow").open = matchMedia("(min-width: 64rem)").matches;
  arrive();
}
