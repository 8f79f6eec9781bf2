// How good the pages of a built site are for the people who read them, in headless Chromium.
//
//   node quality.mjs MODULES SITE      SITE is the folder of one edition of the example site
//
// MODULES is the folder that holds node_modules with playwright-core and axe-core. One page of every
// kind, in light and dark, on a phone and on a wide screen:
//
// 1. a page that is faulty on purpose: what follows must be able to fail;
// 2. axe-core finds no violation of WCAG 2.2 AA and of its best practices; nothing shifts while a
//    page loads; nothing is written to the console or asked of another host;
// 3. at 320 px and at 200 % nothing is cut off;
// 4. the keyboard reaches every control, the skip link first, and shows where it is;
// 5. what a page weighs;
// 6. what readers do: choose colours, open the menu, sort, filter, copy, share.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { launch, pageOfEachKind, serve } from "./served.mjs";

const [modules, folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: quality.mjs MODULES SITE");
const site = path.resolve(folder);
const resolve = createRequire(path.resolve(modules, "x.js")).resolve;
const axe = await readFile(resolve("axe-core/axe.min.js"), "utf8");

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
const PAGE_AND_STYLE = 60 * 1024;
const SCRIPTS = 15 * 1024;
// More controls than a test has patience for.
const MOST_STOPS = 350;
const FAULTY = '<img src="/favicon.svg"><button></button><h4>x</h4><p id="wide">' + "x".repeat(900) + "</p>";

const { server, origin } = await serve(site, { "/@faulty/": FAULTY });
const browser = await launch(modules);
const problems = [];
let checks = 0;

async function step(name, run) {
  checks += 1;
  try {
    await run();
  } catch (error) {
    problems.push(`${name}: ${error.message.split("\n").slice(0, 6).join(" ")}`);
  }
}

// A step for each of a list, two at a time: a page waits for the browser more than it works.
async function each(list, name, run) {
  const left = [...list];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await step(name(one), () => run(one));
  };
  await Promise.all([worker(), worker()]);
}

async function context(options) {
  const made = await browser.newContext(options);
  await made.addInitScript({ content: axe });
  await made.addInitScript(() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`${event.effectiveDirective} blocks ${event.blockedURI}`));
  });
  return made;
}

async function open(within, asked) {
  const page = await within.newPage();
  page.on("console", (message) => problems.push(`${asked}: console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${asked}: error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) problems.push(`${asked}: asks ${request.url()}`);
  });
  await page.goto(origin + asked, { waitUntil: "load" });
  await page.evaluate(() => document.fonts.ready);
  return page;
}

const violations = (page) => page.evaluate(async (tags) => {
  const found = await globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.map(({ id, nodes }) =>
    `${id} at ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
}, TAGS);

// What is wider than the window, or cut by a box that does not scroll.
const cut = (page) => page.evaluate(() => {
  const found = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth + 1) found.push(`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`);
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const hides = ["hidden", "clip"].includes(style.overflowX) && style.clipPath === "none";
    if (hides && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 && !element.closest("svg")) {
      found.push(`${element.tagName}.${element.className} is cut`);
    }
  }
  return found;
});

const kinds = await pageOfEachKind(site);
const assets = await readdir(path.join(site, "assets"));
const style = await readFile(path.join(site, "assets", assets.find((name) => name.endsWith(".css"))));
const briefs = (await readdir(path.join(site, "briefs"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && entry.name !== "page").map((entry) => entry.name);

await step("what is faulty is found", async () => {
  const within = await context({ viewport: { width: 390, height: 800 } });
  const page = await within.newPage();
  await page.goto(`${origin}/@faulty/`);
  const found = (await violations(page)).join();
  assert.match(found, /image-alt/);
  assert.match(found, /button-name/);
  await page.evaluate(() => {
    const wide = new CSSStyleSheet();
    wide.replaceSync("#wide { overflow-wrap: normal; width: 60rem; max-width: none }");
    document.adoptedStyleSheets = [wide];
  });
  assert.notDeepEqual(await cut(page), []);
  await within.close();
});

for (const width of [390, 1440]) {
  for (const colorScheme of ["light", "dark"]) {
    const within = await context({ viewport: { width, height: 900 }, colorScheme });
    await each(kinds, (asked) => `${asked} at ${width} px, ${colorScheme}`, async (asked) => {
      const page = await open(within, asked);
      assert.deepEqual(await violations(page), []);
      const shifted = await page.evaluate(() => globalThis.shifted);
      assert.ok(shifted < 0.001, `shifts by ${shifted}`);
      await page.close();
    });
    await within.close();
  }
}

// Briefs differ most: what one has another lacks.
for (const [width, colorScheme] of [[390, "dark"], [1440, "light"]]) {
  const within = await context({ viewport: { width, height: 900 }, colorScheme });
  await each(briefs, (brief) => `/briefs/${brief}/ at ${width} px, ${colorScheme}`, async (brief) => {
    const page = await open(within, `/briefs/${brief}/`);
    assert.deepEqual(await violations(page), []);
    assert.ok(await page.evaluate(() => globalThis.shifted) < 0.001, "shifts");
    assert.deepEqual(await cut(page), []);
    await page.close();
  });
  await within.close();
}

// 320 px is 1280 px at 400 % (WCAG 2.2, 1.4.10); 720 px is 1440 px at 200 % (1.4.4).
for (const width of [320, 720]) {
  const within = await context({ viewport: { width, height: 512 } });
  await each(kinds, (asked) => `${asked} at ${width} px`, async (asked) => {
    const page = await open(within, asked);
    assert.deepEqual(await cut(page), []);
    await page.close();
  });
  await within.close();
}

const wide = await context({ viewport: { width: 1440, height: 900 } });
for (const asked of kinds) {
  await step(`${asked} by keyboard`, async () => {
    const page = await open(wide, asked);
    const stops = await page.evaluate(() => {
      const controls = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
        .filter((control) => control.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
        .filter((control) => control.tabIndex >= 0 && !control.disabled && !control.closest("[hidden]"))
        // One stop for a group of radio buttons.
        .filter((control) => control.type !== "radio" || control.checked);
      controls.forEach((control, at) => { control.dataset.stop = at; });
      return controls.length;
    });
    if (stops > MOST_STOPS) return page.close();
    const reached = new Set();
    for (let press = 0; press <= stops + 2; press += 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const control = document.activeElement;
        if (!control || control === document.body) return null;
        // A hidden control shows its focus on the label around it.
        const shown = [control, control.closest("label")].filter(Boolean)
          .some((element) => getComputedStyle(element).outlineStyle !== "none" && parseFloat(getComputedStyle(element).outlineWidth) >= 2);
        return { stop: control.dataset.stop, shown, name: control.className || control.tagName };
      });
      if (at === null) break;
      assert.ok(at.shown, `the focus cannot be seen on ${at.name}`);
      if (press === 0) assert.match(at.name, /skip-link/);
      reached.add(at.stop);
    }
    const missed = await page.evaluate((known) =>
      [...document.querySelectorAll("[data-stop]")].filter((control) => !known.includes(control.dataset.stop))
        .map((control) => control.outerHTML.slice(0, 120)), [...reached]);
    assert.deepEqual(missed.slice(0, 3), []);
    await page.close();
  });
}

let heaviest = 0;
for (const brief of briefs) {
  await step(`the weight of ${brief}`, async () => {
    const html = await readFile(path.join(site, "briefs", brief, "index.html"), "utf8");
    const weight = gzipSync(html).length + gzipSync(style).length;
    heaviest = Math.max(heaviest, weight);
    assert.ok(weight <= PAGE_AND_STYLE, `${weight} bytes with its stylesheet`);
    const loaded = [...html.matchAll(/<script src="[^"]*\/(assets\/[^"]+)"/g)].map(([, script]) => script);
    const sizes = await Promise.all(loaded.map(async (script) => (await readFile(path.join(site, script))).length));
    const scripts = sizes.reduce((one, other) => one + other, 0);
    assert.ok(scripts <= SCRIPTS, `${scripts} bytes of scripts`);
  });
}

await step("colours are chosen, kept, and given back to the system", async () => {
  const within = await context({ colorScheme: "light" });
  const page = await open(within, "/");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator(".theme-switch input[value=dark]").check({ force: true });
  const dark = await ground();
  assert.notEqual(light, dark);
  await page.reload();
  assert.equal(await ground(), dark);
  assert.ok(await page.locator(".theme-switch input[value=dark]").isChecked());
  await page.locator(".theme-switch input[value=system]").check({ force: true });
  assert.equal(await ground(), light);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await ground(), dark);
  await within.close();
});

await step("`/` leads to the search, and writes itself within a field", async () => {
  const page = await open(wide, "/briefs/");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search-site");
  await page.keyboard.type("/a");
  assert.equal(await page.locator("#search-site").inputValue(), "/a");
  await page.close();
});

await step("on a phone the menu and the contents are folded", async () => {
  const within = await context({ viewport: { width: 390, height: 800 } });
  const page = await open(within, `/briefs/${briefs[0]}/`);
  const first = page.locator(".site-navigation a").first();
  assert.equal(await first.isVisible(), false);
  await page.locator(".site-menu > summary").click();
  assert.equal(await first.isVisible(), true);
  await first.focus();
  await page.keyboard.press("Escape");
  assert.equal(await first.isVisible(), false);
  const entry = page.locator(".toc a").first();
  assert.equal(await entry.isVisible(), false);
  await page.locator(".toc summary").click();
  assert.equal(await entry.isVisible(), true);
  await within.close();
});

await step("a list of briefs is filtered and sorted", async () => {
  const page = await open(wide, "/briefs/");
  const titles = () => page.locator(".brief-row:visible .brief-row-title").allInnerTexts();
  const before = await titles();
  await page.locator(".list-tools select").selectOption("title");
  const sorted = await titles();
  assert.deepEqual(sorted, [...before].sort((one, other) => one.localeCompare(other, "en", { numeric: true, sensitivity: "base" })));
  await page.locator(".list-tools select").selectOption("newest");
  assert.deepEqual(await titles(), before);
  const word = before[0].split(" ").at(-1);
  await page.locator(".list-tools input").fill(word);
  const left = await titles();
  assert.ok(left.length < before.length && left.includes(before[0]));
  assert.match(await page.locator(".list-tools [role=status]").innerText(), /^\d+ of the \d+ briefs/);
  assert.match(await page.locator(".list-tools-all").getAttribute("href"), /\?q=/);
  await page.close();
});

await step("indicators are sorted, shown as they are, and copied", async () => {
  const within = await context({ viewport: { width: 1440, height: 900 }, permissions: ["clipboard-read", "clipboard-write"] });
  const pages = await Promise.all(briefs.map(async (brief) =>
    /indicator-section[^]*data-defanged/.test(await readFile(path.join(site, "briefs", brief, "index.html"), "utf8")) ? brief : null));
  const brief = pages.find(Boolean);
  assert.ok(brief, "a brief with indicators");
  const page = await open(within, `/briefs/${brief}/`);
  const section = page.locator(".indicator-section");
  const values = () => section.locator("td:first-child > code").allInnerTexts();
  // The page says so when the value has arrived, and not before.
  const copied = async (what) => {
    await section.locator(".indicator-state").filter({ hasText: `${what} copied.` }).first().waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const defanged = await values();
  assert.ok(defanged.some((value) => value.includes("[.]")));
  const heading = section.locator("th button").first();
  await heading.click();
  assert.equal(await section.locator("th").first().getAttribute("aria-sort"), "ascending");
  await heading.click();
  assert.equal(await section.locator("th").first().getAttribute("aria-sort"), "descending");
  const first = (await values())[0];
  await section.locator("button.copy").first().click();
  assert.equal(await copied(first), first);
  await section.getByLabel("as they are").check();
  const plain = await values();
  assert.ok(plain.every((value) => !value.includes("[.]") && !value.startsWith("hxxp")));
  assert.equal(await page.locator(".indicator-section a[href*='://']").count(), 0);
  await section.getByRole("button", { name: "Copy all" }).click();
  const all = await copied(`${plain.length} values`);
  assert.deepEqual(all.trim().split("\n").sort(), [...plain].sort());
  await within.close();
});

await step("the address of a brief is copied", async () => {
  const within = await context({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await open(within, `/briefs/${briefs[0]}/`);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("Link copied.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await page.locator("link[rel=canonical]").getAttribute("href"));
  await within.close();
});

await browser.close();
server.close();
server.closeAllConnections();
console.log(`${path.basename(site)}: ${kinds.length} kinds of pages, ${checks} steps, ` +
  `the heaviest brief ${(heaviest / 1024).toFixed(1)} KiB with its stylesheet, ${problems.length} problems.`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length ? 1 : 0;
