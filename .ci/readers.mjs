// Whether the marking stays with the text where programs take the text out of the page: Mozilla's
// Readability, which is behind reader views, and trafilatura, which collects text for others.
//
//   node readers.mjs MODULES PYTHON SITE [SITE…]      each SITE is the folder of one edition
//
// MODULES holds node_modules with playwright-core and @mozilla/readability; PYTHON has trafilatura. Of
// every brief of each edition:
//
// 1. the text begins with the marking of the article and what it means;
// 2. every key judgment is in it;
// 3. no part that has a badge is in it without its badge.
//
// Before that, two pages that lose their marking on purpose: what follows must be able to fail.

import { execFileSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { launch } from "./served.mjs";

const [modules, python, ...sites] = process.argv.slice(2);
if (!sites.length) throw new Error("usage: readers.mjs MODULES PYTHON SITE [SITE…]");
const PIECE = 8;

const resolve = createRequire(path.resolve(modules, "x.js")).resolve;
const readability = await readFile(resolve("@mozilla/readability/Readability.js"), "utf8");
const extract = fileURLToPath(new URL("readers.py", import.meta.url));

const words = (text) => text.match(/[\p{L}\p{N}+:]+/gu) ?? [];

// Runs in the browser: what a page says of itself, and what Readability makes of it. A badge marks the words
// behind it, or, at the end of a cell or a line, those before it; alone in its paragraph, the block that follows.
function look(html) {
  const parse = () => {
    const page = new DOMParser().parseFromString(html, "text/html");
    // The last word of a cell and the first one of the next are two.
    for (const block of page.querySelectorAll("p, li, td, th, dt, dd, h1, h2, h3, h4, h5, h6, time")) block.append(" ");
    return page;
  };
  const page = parse();
  const article = page.querySelector("article");
  const parts = [...article.querySelectorAll(".tlp")]
    .filter((badge) => !badge.closest("nav, .article-marking"))
    .map((badge) => {
      const block = badge.closest("p, li, td, th, dt, dd, h2, h3, h4, h5, h6, figcaption");
      const range = page.createRange();
      range.selectNodeContents(block);
      range.setStartAfter(badge);
      let behind = range.toString();
      range.selectNodeContents(block);
      range.setEndBefore(badge);
      const before = range.toString();
      if (!behind.trim() && !before.trim()) behind = block.nextElementSibling?.textContent ?? "";
      return { label: badge.textContent, before, behind };
    });
  return {
    marking: article.querySelector(".article-marking")?.textContent ?? "",
    judgments: [...article.querySelectorAll(".judgment-text")].map((judgment) => judgment.textContent),
    parts,
    text: new Readability(parse()).parse()?.textContent ?? "",
  };
}

// Where a list of words stands in another one.
function places(piece, all) {
  const found = [];
  for (let at = all.indexOf(piece[0]); at >= 0; at = all.indexOf(piece[0], at + 1)) {
    if (piece.every((word, index) => all[at + index] === word)) found.push(at);
  }
  return found;
}

// What a text that was taken out of a page lacks; `counts` is of the parts that are in it.
function lacks(facts, text, counts) {
  const all = words(text);
  const problems = [];
  const marking = words(facts.marking);
  if (!marking.length || places(marking, all)[0] !== 0) {
    problems.push(`begins with "${all.slice(0, 12).join(" ")}", not with its marking`);
  }
  for (const judgment of facts.judgments) {
    counts.judgments += 1;
    if (!places(words(judgment), all).length) problems.push(`lacks the judgment "${judgment.trim()}"`);
  }
  for (const { label, before, behind } of facts.parts) {
    const leads = words(behind).length > 0;
    const piece = leads ? words(behind).slice(0, PIECE) : words(before).slice(-PIECE);
    if (!piece.length) continue;
    const found = places(piece, all);
    counts.parts += found.length ? 1 : 0;
    const bare = found.filter((at) => all[at - 1] !== label && all[at + piece.length] !== label);
    if (bare.length) problems.push(`has "${piece.join(" ")}" without ${label}`);
  }
  return problems;
}

async function briefsOf(site) {
  const folder = path.join(site, "briefs");
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== "page").map((entry) => entry.name).sort();
  return Promise.all(names.map(async (name) => ({
    name: `${path.basename(site)}: /briefs/${name}/`,
    html: await readFile(path.join(folder, name, "index.html"), "utf8"),
  })));
}

const briefs = (await Promise.all(sites.map(briefsOf))).flat();
const marked = briefs.findLast(({ html }) => html.includes("portion-mark") || html.includes("class=\"portion "));
if (!marked) throw new Error("no brief has a marked part");
const faulty = [
  { name: "without its paragraph", html: marked.html.replace(/<p class="article-marking">[^]*?<\/p>/, "") },
  { name: "with links for badges", html: marked.html.replace(/<span class="tlp [^>]*>([^<]*)<\/span>/g, "<a href=\"/markings/\">$1</a>")
    .replace(/(<h\d[^>]*>)(<a href="\/markings\/">[^<]*<\/a>)/g, "$2$1") },
];
const pages = [...faulty, ...briefs];
const texts = JSON.parse(execFileSync(python, [extract], {
  input: JSON.stringify(pages.map(({ html }) => html)),
  maxBuffer: 1 << 28,
  stdio: ["pipe", "pipe", "inherit"],
}));

const browser = await launch(modules);
const page = await browser.newPage();
await page.addScriptTag({ content: readability });
let failed = 0;
const counts = { judgments: 0, parts: 0 };
for (const [at, { name, html }] of pages.entries()) {
  const facts = await page.evaluate(look, html);
  const readers = [["Readability", facts.text], ["trafilatura", texts[at]]];
  if (at < faulty.length) {
    // The badges of the page as it is say what its parts are.
    const whole = await page.evaluate(look, marked.html);
    const found = readers.flatMap(([, text]) => lacks(whole, text, { judgments: 0, parts: 0 }));
    if (!found.length) {
      failed += 1;
      console.error(`a brief ${name} was not reported`);
    }
    continue;
  }
  for (const [reader, text] of readers) {
    for (const problem of lacks(facts, text, counts)) {
      failed += 1;
      console.error(`${name}: ${reader} ${problem}`);
    }
  }
}
await browser.close();
console.log(`${briefs.length} briefs of ${sites.length} editions in two readers: ${counts.judgments} judgments, ` +
  `${counts.parts} parts with a badge, ${failed} problems.`);
process.exitCode = failed ? 1 : 0;
