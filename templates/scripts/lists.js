// Lists of briefs and tables that a reader can sort and filter. The order and the rows that a page
// comes with are what it shows without this script.
{
  const { lang } = document.documentElement;
  const { compare } = new Intl.Collator(lang || "en", { numeric: true, sensitivity: "base" });
  const flat = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const LEVELS = ["clear", "green", "amber", "amber-strict", "red"];
  const CONFIDENCE = ["low", "moderate", "high"];
  const make = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  // Every word of `wanted` stands somewhere in the row.
  const filter = (rows, wanted) => {
    const words = flat(wanted).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.text ??= flat(row.element.textContent);
      row.element.hidden = !words.every((word) => row.text.includes(word));
      shown += row.element.hidden ? 0 : 1;
    }
    return shown;
  };

  // Briefs: the tools stand before the list.
  for (const tools of document.querySelectorAll(".list-tools")) {
    const list = tools.parentElement.querySelector(".brief-list");
    const [wanted, order] = tools.querySelectorAll("input, select");
    const state = tools.querySelector("[role=status]");
    const all = tools.querySelector(".list-tools-all");
    const rows = [...list.children].map((element, at) => ({
      element,
      at,
      date: element.querySelector("time").dateTime,
      title: element.querySelector(".brief-row-title").textContent,
      level: LEVELS.findIndex((level) => element.querySelector(`.tlp-${level}`)),
    }));
    const orders = {
      newest: (one, other) => one.at - other.at,
      oldest: (one, other) => other.at - one.at,
      title: (one, other) => compare(one.title, other.title) || one.at - other.at,
      marking: (one, other) => other.level - one.level || one.at - other.at,
    };
    order.addEventListener("change", () => {
      list.append(...rows.sort(orders[order.value]).map((row) => row.element));
      state.textContent = `Sorted: ${order.selectedOptions[0].text.toLowerCase()}.`;
    });
    wanted.addEventListener("input", () => {
      const shown = filter(rows, wanted.value);
      state.textContent = wanted.value.trim() ? `${shown} of the ${rows.length} briefs on this page.` : "";
      if (all) all.href = `${all.dataset.search}?q=${encodeURIComponent(wanted.value.trim())}`;
    });
  }

  // Tables: a button in each heading.
  const value = (row, column) => {
    const cell = row.cells[column];
    const level = cell?.querySelector(".confidence")?.textContent.trim().toLowerCase()
      ?? cell?.textContent.trim().toLowerCase();
    const step = CONFIDENCE.indexOf(level);
    return step < 0 ? cell?.querySelector("time")?.dateTime ?? cell?.textContent.trim() ?? "" : String(step);
  };
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const state = make("p", { className: "visually-hidden", role: "status" });
    const headings = [...table.tHead.rows[0].cells];
    // A live region has to be there before it says something.
    (table.closest(".table-scroll") ?? table).after(state);
    headings.forEach((heading, column) => {
      const button = make("button", { type: "button", className: "sort" }, ...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const falling = heading.ariaSort === "ascending";
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.ariaSort = falling ? "descending" : "ascending";
        for (const body of table.tBodies) {
          // The row that names a group stays above it.
          const rows = [...body.rows].filter((row) => row.querySelector("td"));
          const keyed = rows.map((row) => [value(row, column), row]);
          keyed.sort(([one], [other]) => (one === "") - (other === "")
            || (falling ? compare(other, one) : compare(one, other)));
          body.append(...keyed.map(([, row]) => row));
        }
        state.textContent = `Sorted by ${button.textContent}, ${heading.ariaSort}.`;
      });
    });
  }

  // Indicators: one filter for all tables of a section.
  for (const section of document.querySelectorAll(".indicator-section")) {
    const rows = [...section.querySelectorAll("tbody tr")].map((element) => ({ element }));
    if (rows.length < 6) continue;
    const wanted = make("input", { type: "search", autocomplete: "off", spellcheck: false });
    const state = make("p", { className: "list-tools-state", role: "status" });
    const groups = [...section.querySelectorAll(".table-scroll")];
    section.querySelector(".notice").after(
      make("div", { className: "indicator-filter" }, make("label", {}, "Filter ", wanted), state),
    );
    wanted.addEventListener("input", () => {
      const shown = filter(rows, wanted.value.replace(/\[\.\]/g, "."));
      for (const group of groups) {
        const left = group.querySelector("tbody tr:not([hidden])");
        group.hidden = !left;
        group.previousElementSibling.hidden = !left;
      }
      state.textContent = wanted.value.trim() ? `${shown} of ${rows.length} indicators.` : "";
    });
    // Either form finds an indicator.
    for (const row of rows) row.text = flat(row.element.textContent).replace(/\[([.:@])\]/g, "$1").replace(/hxxp/g, "http");
  }
}
