// The pages of a built site in headless Chromium, under the policy that it is published with.
//
//   node browser.mjs MODULES SITE [SITE…]      each SITE is the folder of one edition
//
// Of the first every page is opened, of each further one a page of each kind.
//
// MODULES is the folder that holds node_modules with playwright-core. A static server on the
// loopback address sends each edition's files with the headers of its `_headers`. Fails when a page
// violates the policy, asks for anything that is not there or not the server's, writes to the
// console, or is not readable with JavaScript switched off.
//
// 1. a page that breaks the policy on purpose: what follows must be able to fail;
// 2. the pages with the headers and their own meta element, as they are published;
// 3. one page of each kind with the meta element alone, with the headers alone, without JavaScript,
//    and on paper, where each sheet must have the page's marking at its top and at its bottom.

import path from "node:path";

import { unmarkedSheets } from "./paper.mjs";
import { address, kinds, launch, movedTo, pagesOf, serve } from "./served.mjs";
import { listening, violations, visit } from "./visit.mjs";

const [modules, ...sites] = process.argv.slice(2);
if (!sites.length) throw new Error("usage: browser.mjs MODULES SITE [SITE…]");

const BREAKING = `<script>window.ran = true</script><style>p { color: red }</style>
<p style="color: red" onclick="x()">x</p><img src="http://other.invalid/a.png" alt="">
<form action="http://other.invalid/"><button>x</button></form>`;

async function readable(page) {
  const text = await page.locator("main").innerText();
  const bare = await page.locator("h1").count() !== 1 || text.trim().length < 10;
  return bare ? ["reads as nothing without JavaScript"] : [];
}

async function onPaper(page) {
  const marking = await page.locator(".site-header .marking").textContent();
  return unmarkedSheets(await page.pdf({ preferCSSPageSize: true }), marking);
}

async function check(browser, folder, whole) {
  const { server, origin } = await serve(folder, { "/@breaking/": BREAKING });
  const problems = [];
  try {
    const all = await pagesOf(folder);
    const moved = new Map();
    const files = [];
    for (const file of all) {
      const to = await movedTo(folder, file);
      if (to === undefined) files.push(file);
      else moved.set(address(file), to);
    }

    const context = await listening(browser);
    let broken = [];
    await visit(context, origin, ["/@breaking/"], async (page) => {
      broken = await violations(page);
      if (await page.evaluate(() => globalThis.ran)) problems.push("an inline script ran");
    });
    for (const directive of ["script-src-elem", "style-src-elem", "style-src-attr", "img-src"]) {
      if (!broken.some((violation) => violation.startsWith(directive))) {
        problems.push(`a page that breaks ${directive} on purpose was not reported: ${broken}`);
      }
    }

    const some = kinds(files).map(address);
    const opened = whole ? files.map(address) : some;
    problems.push(...(await visit(context, origin, opened, violations)));

    const alone = ["/@meta", "/@header"].flatMap((mode) => some.map((asked) => mode + asked));
    problems.push(...(await visit(context, origin, alone, violations)));

    problems.push(...(await visit(context, origin, some, onPaper)));

    // An old address leads on by itself, whatever the policy.
    const page = await context.newPage();
    for (const [from, to] of moved) {
      await page.goto(origin + from, { waitUntil: "commit" });
      await page.waitForURL(origin + to, { timeout: 10_000 })
        .catch(() => problems.push(`${from}: does not lead to ${to}, but to ${page.url()}`));
    }
    await context.close();

    const silent = await browser.newContext({ javaScriptEnabled: false });
    problems.push(...(await visit(silent, origin, some, readable)));
    await silent.close();
    console.log(
      `${path.basename(folder)}: ${opened.length} of ${files.length} pages and ${moved.size} old addresses, ` +
      `${some.length} of them also under each policy alone, without JavaScript and on paper, ` +
      `${problems.length} problems.`,
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return problems;
}

const browser = await launch(modules);
console.log(`Node.js ${process.version}, Chromium ${browser.version()}`);
let failed = 0;
try {
  for (const site of sites) {
    for (const problem of await check(browser, path.resolve(site), site === sites[0])) {
      failed += 1;
      console.error(problem);
    }
  }
} finally {
  await browser.close();
}
process.exitCode = failed ? 1 : 0;
