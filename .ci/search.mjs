// The search of a built site in headless Chromium, as a reader uses it.
//
//   node search.mjs MODULES SITE      SITE is the folder of one edition of the example site
//
// MODULES is the folder that holds node_modules with playwright-core. A static server on the
// loopback address sends the edition's files under the policy of its `_headers`. Fails when a step
// does not find what it should, when the page violates its policy, writes to the console or asks
// another host, and when the first query costs more than a reader should pay.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: search.mjs MODULES SITE");
const { chromium } = createRequire(path.resolve(modules, "x.js"))("playwright-core");

const MOST_BYTES = 300 * 1024;
const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml" };
const headers = await readFile(path.join(folder, "_headers"), "utf8");
const policy = /Content-Security-Policy: (.*)/.exec(headers)[1];
let bytes = 0;
let missing = null;
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://host");
  const file = path.join(folder, decodeURIComponent(pathname), pathname.endsWith("/") ? "index.html" : "");
  const body = pathname.includes(missing) ? null : await readFile(file).catch(() => null);
  bytes += body?.length ?? 0;
  response.writeHead(body ? 200 : 404, {
    "Content-Security-Policy": policy,
    "Content-Type": TYPES[path.extname(file)] ?? "application/octet-stream",
  });
  response.end(body ?? "");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"],
});

const problems = [];
async function open(context, address) {
  const page = await context.newPage();
  page.on("console", (message) => problems.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) problems.push(`asks ${request.url()}`);
  });
  await page.goto(origin + address, { waitUntil: "load" });
  return page;
}

const names = (page) => page.locator(".search-names li").allInnerTexts();
const titles = (page) => page.locator(".search-results h3").allInnerTexts();
// The state names the query that it is of.
const settled = (page, query) => page.waitForFunction(
  (query) => document.querySelector(".search-state").textContent.includes(`“${query}”`), query);
async function ask(page, query) {
  await page.locator(".page-head input[name=q]").fill(query);
  await settled(page, query);
}
async function step(name, run) {
  try {
    await run();
  } catch (error) {
    problems.push(`${name}: ${error.message}`);
  }
}

const context = await browser.newContext();
const page = await open(context, "/");

await step("the field in the header leads to the results", async () => {
  await page.locator(".site-bar input[name=q]").fill("phishing");
  await page.keyboard.press("Enter");
  await settled(page, "phishing");
  assert.equal(new URL(page.url()).search, "?q=phishing");
  assert.ok((await titles(page)).length > 3);
  assert.match(await page.locator(".search-state").innerText(), /^\d+ results for “phishing”, \d by name\.$/);
  assert.equal(await page.locator(".search-state").getAttribute("aria-live"), "polite");
});

await step("excerpts mark the words, and each result has its marking", async () => {
  assert.match((await page.locator(".search-results mark").first().innerText()).toLowerCase(), /^phish/);
  const results = await page.locator(".search-results > li").count();
  assert.equal(await page.locator(".search-results > li .tlp").count(), results);
});

await step("words are keyed as the index keys them", async () => {
  const cases = JSON.parse(await readFile(path.join(import.meta.dirname, "../tests/search/words.json"), "utf8"));
  const made = await page.evaluate((texts) => texts.map((text) => ({
    text, words: tearlineSearch.words(text), key: tearlineSearch.key(text) })), cases.map(({ text }) => text));
  assert.deepEqual(made, cases);
});

await step("another form of a word finds it", async () => {
  await ask(page, "exploiting");
  const one = await page.locator(".search-state").innerText();
  assert.match(one, /^\d/);
  await ask(page, "exploited");
  assert.equal(one.split(" ")[0], (await page.locator(".search-state").innerText()).split(" ")[0]);
});

await step("an alias finds its actor, whatever its case and signs", async () => {
  for (const query of ["Hidden Cobra", "HIDDEN-COBRA", "hiddencobra"]) {
    await ask(page, query);
    assert.match((await names(page))[0], /^Lazarus Group .*also Hidden Cobra/i, query);
  }
});

await step("an indicator finds its brief, defanged or not", async () => {
  for (const query of ["192.0.2.44", "192[.]0[.]2[.]44", "192[dot]0(.)2[.]44"]) {
    await ask(page, query);
    assert.match((await names(page))[0], /^192\[\.\]0\[\.\]2\[\.\]44 in Exercise: GREY HERON/, query);
  }
  await ask(page, "19.20.24.4");
  assert.deepEqual((await names(page)).filter((name) => name.includes("192[.]0")), []);
});

await step("ids find what they name", async () => {
  await ask(page, "t1566.001");
  assert.match((await names(page))[0], /Spearphishing Attachment .*T1566\.001/i);
  const known = await readFile(path.join(folder, "vulnerabilities/index.html"), "utf8");
  const [id] = known.match(/CVE-\d+-\d+/);
  await ask(page, id.toLowerCase());
  assert.ok((await names(page))[0].startsWith(id));
});

await step("names are completed", async () => {
  await ask(page, "sandwo");
  assert.ok((await names(page)).some((name) => name.startsWith("Sandworm")));
});

await step("facets narrow, stand in the address, and go back", async () => {
  await ask(page, "russia");
  const before = (await titles(page)).length;
  await page.locator("details[data-name=actor] summary").click();
  const box = page.locator("details[data-name=actor] input").first();
  const label = page.locator("details[data-name=actor] label").first();
  const count = Number(/(\d+)$/.exec((await label.innerText()).trim())[1]);
  await label.click();
  await page.waitForFunction((count) => document.querySelector(".search-state").textContent.startsWith(`${count} `), count);
  assert.ok(await box.isChecked());
  assert.match(page.url(), /\?q=russia&actor=/);
  await page.reload();
  await settled(page, "russia");
  assert.match(await page.locator(".search-state").innerText(), new RegExp(`^${count} result`));
  await page.goBack();
  await page.waitForFunction((before) => document.querySelectorAll(".search-results > li").length === before, before);
  assert.ok(!page.url().includes("actor="));
});

await step("the keyboard is enough", async () => {
  await page.locator("h1").click();
  await page.keyboard.press("/");
  const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.href);
  assert.equal(await focused(), "q");
  await page.keyboard.type("lazarus");
  await settled(page, "lazarus");
  await page.keyboard.press("ArrowDown");
  const first = await focused();
  assert.match(first, /\/actors\/lazarus-group\/$/);
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await focused(), first);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(), "q");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector(".search").hidden);
  assert.ok(await page.locator(".search-index").isVisible());
});

await step("what is not there is said, and the index stays", async () => {
  await ask(page, "zyzzyva");
  assert.match(await page.locator(".search-state").innerText(), /^No results for “zyzzyva”/);
  assert.ok(await page.locator(".search-index").isVisible());
});

await step("a query is text and nothing else", async () => {
  await ask(page, "<img src=x onerror=alert(1)>");
  assert.equal(await page.locator(".search img").count(), 0);
});

await step("a file that is missing is said", async () => {
  const quiet = problems.length;
  missing = "/search/words/";
  const other = await open(context, "/search/?q=phishing");
  await other.waitForFunction(() => /could not be loaded/.test(document.querySelector(".search-state").textContent));
  await other.close();
  missing = null;
  const told = problems.splice(quiet);
  assert.ok(told.every((problem) => problem.includes("404")), `${told}`);
});
await context.close();

await step("the first query costs little", async () => {
  const fresh = await browser.newContext();
  const other = await open(fresh, "/search/");
  bytes = 0;
  const script = (await readFile(path.join(folder, "search/index.html"), "utf8")).match(/\/assets\/search[^"]*/)[0];
  const own = (await readFile(path.join(folder, script))).length;
  await ask(other, "spearphishing campaign");
  console.log(`The first query read ${bytes} bytes, and ${own} of script.`);
  assert.ok(bytes + own < MOST_BYTES, `${bytes} and ${own} bytes`);
  await fresh.close();
});

await step("without JavaScript the page is an index", async () => {
  const silent = await browser.newContext({ javaScriptEnabled: false });
  const other = await open(silent, "/search/?q=lazarus");
  assert.ok(await other.locator(".search-index a[href='/actors/']").isVisible());
  assert.ok(await other.locator(".search-index a", { hasText: "Lazarus Group" }).isVisible());
  assert.ok(!(await other.locator(".search").isVisible()));
  await silent.close();
});

await browser.close();
server.close();
for (const problem of problems) console.error(problem);
console.log(`The search: ${problems.length} problems.`);
process.exitCode = problems.length ? 1 : 0;
