// The frame of every page: the choice of colours, the menu, and `/`, which leads to the search field.
{
  const root = document.documentElement;
  const choices = [...document.querySelectorAll(".theme-switch input")];
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const choice of choices) choice.checked = choice.value === (root.dataset.theme ?? "system");
  };
  show(root.dataset.theme);
  for (const choice of choices) {
    choice.addEventListener("change", () => {
      show(choice.value);
      try {
        localStorage.setItem("tearline-theme", choice.value);
      } catch {
        // The choice holds for this page alone.
      }
    });
  }
  // Another tab of the site chose.
  addEventListener("storage", ({ key, newValue }) => key === "tearline-theme" && show(newValue));

  const menu = document.querySelector(".site-menu");
  const field = document.querySelector("#search-site");
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Escape" && menu?.open && menu.contains(target)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const writing = target.closest?.("input, textarea, select, [contenteditable]");
    if (key === "/" && field && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });
}
