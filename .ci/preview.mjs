// The preview in headless Chromium: its script runs under the narrow policy of its pages; a saved
// file shows in the page that it changes, and in no other; editions are switched without a restart.
//
//   node preview.mjs MODULES TEARLINE FOLDER      a new site is made in FOLDER

import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import path from "node:path";

const [modules, tearline, folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: preview.mjs MODULES TEARLINE FOLDER");
const { chromium } = createRequire(path.resolve(modules, "x.js"))("playwright-core");

// A site with two editions, and a brief that is long enough to scroll.
const file = (...parts) => path.join(folder, ...parts);
const brief = (name) => file("content/briefs", `${name}.md`);
const text = (title, more, body) => `---\ntitle: ${title}\ndate: 2025-11-10\n${more}---\n\n${body}\n`;
execFileSync(tearline, ["init", folder]);
appendFileSync(file("tearline.toml"), `
[editions.public]
tlp = "clear"

[editions.internal]
tlp = "amber"
audience = ["board"]
`);
const long = "A paragraph of a long brief.\n\n".repeat(120);
writeFileSync(brief("long"), text("Long", "tlp: clear\n", long));
writeFileSync(brief("other"), text("Other", "tlp: clear\n", "Another brief."));
writeFileSync(brief("inside"), text("Inside", "tlp: amber\n", "Not for all."));
writeFileSync(brief("early"), text("Early", "tlp: clear\nembargo: 2999-01-01\n", "Not yet."));

const files = () => readdirSync(folder, { recursive: true }).sort();
const before = files();
const serving = spawn(tearline, ["serve", "--root", folder, "--port", "0"], {
  stdio: ["ignore", "ignore", "pipe"],
});
const ended = new Promise((resolve) => serving.once("exit", resolve));
const printed = [];
const address = await new Promise((resolve, reject) => {
  createInterface({ input: serving.stderr }).on("line", (line) => {
    printed.push(line);
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url) resolve(url);
  });
  serving.once("exit", () => reject(new Error("the preview ended")));
});

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run"],
});
const problems = [];

async function open(context, where) {
  const page = await context.newPage();
  // Answers that say what they should: a page that went, one that a template fails for.
  const expected = /status of (404|500)/;
  page.on("console", (message) => {
    if (!expected.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`${event.effectiveDirective} blocks ${event.blockedURI}`);
    });
  });
  await page.goto(new URL(where, address).href);
  await bar(page).waitFor();
  return page;
}

const bar = (page) => page.locator("summary", { hasText: "Preview" });
const overlay = (page) => page.getByRole("alertdialog");
// A loaded page is marked; the mark goes with a reload.
const mark = (page) => page.evaluate(() => { window.isOld = true; });
const isOld = (page) => page.evaluate(() => window.isOld === true);

async function step(name, check) {
  try {
    await check();
  } catch (error) {
    problems.push(`${name}: ${error.message}`);
  }
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

try {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await open(context, "briefs/long/");
  const other = await open(context, "briefs/other/");
  await step("the page states its policy", async () => {
    expect((await page.content()).includes("default-src 'none'"), "the page states no policy");
  });
  await step("the bar says whose eyes the page is for", async () => {
    const words = (await bar(page).textContent()).trim();
    expect(words === "PreviewinternalTLP:AMBERboard", `it says: ${words}`);
  });

  await step("only the edited page is loaded again, where the reader was", async () => {
    await mark(page);
    await mark(other);
    await page.evaluate(() => window.scrollTo(0, 1500));
    const before = await page.evaluate(() => window.scrollY);
    writeFileSync(brief("long"), text("Long", "tlp: clear\n", `${long}Saved a moment ago.`));
    await page.getByText("Saved a moment ago.").waitFor();
    await page.waitForFunction((y) => Math.abs(window.scrollY - y) < 2, before);
    expect(!await isOld(page), "the edited page was not loaded again");
    // The other page has taken note, and stayed.
    await other.getByRole("link", { name: "Open the page just edited" }).waitFor();
    expect(await isOld(other), "another page was loaded again");
  });

  await step("a stylesheet is swapped without a reload", async () => {
    await mark(page);
    mkdirSync(file("templates/styles"), { recursive: true });
    writeFileSync(file("templates/styles/99-own.css"), "h1 { letter-spacing: 7px; }\n");
    await page.waitForFunction(() => (
      getComputedStyle(document.querySelector("h1")).letterSpacing === "7px"
    ));
    await page.waitForFunction(() => (
      document.querySelectorAll('link[rel~="stylesheet"]').length === 1
    ));
    expect(await isOld(page), "the page was loaded again");
  });

  await step("a mistake shows over the last good page and goes when it is mended", async () => {
    await mark(page);
    writeFileSync(brief("long"), text("Long", "tlp: clear\n", `${long}[[No such name]]`));
    await overlay(page).getByText("[[No such name]]").first().waitFor();
    expect(await page.getByText("Saved a moment ago.").count() === 1, "the last good page is gone");
    writeFileSync(brief("long"), text("Long", "tlp: clear\n", `${long}Saved a moment ago.`));
    await overlay(page).waitFor({ state: "hidden" });
    expect(await isOld(page), "the page was loaded again");
  });

  await step("a template that fails shows over its pages alone", async () => {
    writeFileSync(file("templates/brief.html"), "{{ brief.nothing.more }}\n");
    await overlay(page).getByText("brief.nothing.more").first().waitFor();
    const home = await open(context, "");
    expect(await overlay(home).count() === 0, "the home page shows it too");
    await home.close();
    rmSync(file("templates/brief.html"));
    await overlay(page).waitFor({ state: "hidden" });
  });

  await step("an embargo is labelled", async () => {
    const early = await open(context, "briefs/early/");
    await early.getByText("Embargo until 1 January 2999").first().waitFor();
    await early.close();
  });

  await step("another edition is chosen, and the page stays where both have it", async () => {
    await bar(page).click();
    await page.getByRole("link", { name: "public" }).click();
    await bar(page).getByText("TLP:CLEAR").waitFor();
    expect(page.url().endsWith("/briefs/long/"), `it led to ${page.url()}`);
    const inside = await page.request.get(new URL("briefs/inside/", address).href);
    expect(inside.status() === 404, "the public edition has the internal brief");
  });

  await step("another window stays with its edition", async () => {
    await other.locator("h1").click();
    await other.goto(new URL("briefs/inside/", address).href);
    await bar(other).getByText("TLP:AMBER").waitFor();
    await bar(other).click();
    await other.getByRole("link", { name: "public" }).click();
    await bar(other).getByText("TLP:CLEAR").waitFor();
    expect(new URL(other.url()).pathname === "/", `it led to ${other.url()}`);
  });

  await step("a page that goes shows that it is gone", async () => {
    rmSync(brief("long"));
    await page.getByRole("heading", { level: 1, name: "Long" }).waitFor({ state: "detached" });
    await bar(page).waitFor();
  });

  await step("the terminal tells each change with its time", async () => {
    const told = /^rebuilt in \d+\.\d\d s after content\/briefs\/long\.md$/;
    expect(printed.some((line) => told.test(line)), printed.join("\n"));
    expect(printed.some((line) => line.includes("No such name")), "it has no findings");
  });

  await step("nothing is written into the site", async () => {
    rmSync(file("templates/styles/99-own.css"));
    const gone = "content/briefs/long.md";
    const made = ["templates", "templates/styles"].filter((name) => !before.includes(name));
    const expected = [...before.filter((name) => name !== gone), ...made].sort();
    expect(String(files()) === String(expected), `there are ${files()}`);
  });
} catch (error) {
  problems.push(error.message);
} finally {
  await browser.close();
  serving.kill("SIGINT");
  const status = await ended;
  if (status !== 0) problems.push(`the preview ended with ${status}`);
}
for (const problem of problems) console.error(problem);
console.log(`The preview follows its files and shows every edition: ${problems.length} problems.`);
process.exitCode = problems.length ? 1 : 0;
