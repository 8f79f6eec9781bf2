// Indicators to copy, defanged or as they are, and the address of a brief.
//
// Pages hold indicators defanged, so that nothing makes links of them. Who asks for them as they are
// gets them as text, which no browser follows.
{
  const make = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  // What src/intel/indicator does to show a value, undone.
  const refang = (text) => text.replace(/^hxxp/, "http").replace(/^fxp/, "ftp").replace(/\[([.:@])\]/g, "$1");

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not over plain HTTP, and not where the browser forbids it.
      const field = make("textarea", { value: text, className: "visually-hidden" });
      const before = document.activeElement;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      before?.focus();
      return done;
    }
  };
  const told = (done, what) => (done ? `${what} copied.` : "The browser does not let this page copy.");

  const codes = [...document.querySelectorAll("table.indicators td:first-child > code")];
  const switches = [];
  let plain = false;
  const shown = codes.map((code) => {
    const defanged = code.textContent;
    return { code, defanged, plain: "defanged" in code.dataset ? refang(defanged) : defanged };
  });
  const choose = (chosen) => {
    plain = chosen;
    for (const entry of shown) entry.code.textContent = plain ? entry.plain : entry.defanged;
    for (const { inputs, state } of switches) {
      for (const input of inputs) input.checked = (input.value === "plain") === plain;
      state.textContent = plain ? "Values are shown as they are. Take care where you paste them." : "Values are defanged.";
    }
  };

  for (const entry of shown) {
    const button = make("button", { type: "button", className: "copy", title: "Copy" });
    button.ariaLabel = `Copy ${entry.defanged}`;
    button.addEventListener("click", async () => {
      const done = await copy(entry.code.textContent);
      button.classList.toggle("copied", done);
      const place = switches.find(({ section }) => section.contains(button));
      if (place) place.state.textContent = told(done, entry.code.textContent);
    });
    entry.code.after(" ", button);
  }

  let number = 0;
  for (const section of document.querySelectorAll(".indicator-section, figure.figure-indicators")) {
    const tables = section.querySelectorAll("table.indicators");
    if (!tables.length) continue;
    number += 1;
    const state = make("span", { className: "indicator-state", role: "status" });
    const inputs = ["defanged", "plain"].map((value) =>
      make("input", { type: "radio", name: `indicators-${number}`, value, checked: (value === "plain") === plain }));
    for (const input of inputs) input.addEventListener("change", () => choose(input.value === "plain"));
    const all = make("button", { type: "button", className: "button" }, "Copy all");
    all.addEventListener("click", async () => {
      const values = shown
        .filter(({ code }) => section.contains(code) && !code.closest("tr").hidden)
        .map(({ code }) => code.textContent);
      const what = values.length === 1 ? "One value" : `${values.length} values`;
      state.textContent = told(await copy(`${values.join("\n")}\n`), what);
    });
    const tools = make("div", { className: "indicator-tools" });
    if (section.querySelector("code[data-defanged]")) {
      tools.append(make("fieldset", {}, make("legend", {}, "Values"),
        make("label", {}, inputs[0], " defanged"), make("label", {}, inputs[1], " as they are")));
    }
    tools.append(all, state);
    (section.querySelector("h3") ?? section.querySelector(".table-scroll") ?? tables[0]).before(tools);
    switches.push({ section, inputs, state });
  }

  for (const button of document.querySelectorAll("button[data-copy-address]")) {
    const state = make("span", { role: "status" });
    button.after(state);
    button.addEventListener("click", async () => {
      state.textContent = told(await copy(button.dataset.copyAddress), "Link");
    });
  }
}
