// Before the first paint: the colours that the reader chose, and a sign that what needs scripts works.
{
  const root = document.documentElement;
  root.dataset.scripts = "";
  try {
    const chosen = localStorage.getItem("tearline-theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // A browser that keeps nothing for the site: the colours are the system's.
  }
}
