// What Lighthouse says of the main pages of a built site, as on a phone: performance, accessibility,
// best practices and search engines, each at least 0.98.
//
//   node lighthouse.mjs MODULES SITE      SITE is the folder of one edition at TLP:CLEAR
//
// MODULES is the folder that holds node_modules with lighthouse. Performance is simulated from what
// a page loads, and still hangs on the machine's load: the best of a few runs counts.

import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { serve } from "./served.mjs";

const [modules, site] = process.argv.slice(2);
if (!site) throw new Error("usage: lighthouse.mjs MODULES SITE");
const { resolve } = createRequire(path.resolve(modules, "x.js"));
const load = (name) => import(pathToFileURL(resolve(name)));
const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");

const LEAST = 0.98;
const RUNS = 3;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const PAGES = ["/", "/briefs/", "/briefs/half-year-of-east-asian-groups/", "/landscape/", "/actors/lazarus-group/", "/search/"];

// Compressed, as hosts send it.
const { server, origin } = await serve(path.resolve(site), {}, true);
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic"],
});
let failed = 0;
try {
  for (const page of PAGES) {
    const best = Object.fromEntries(CATEGORIES.map((category) => [category, 0]));
    const missed = {};
    for (let run = 0; run < RUNS && CATEGORIES.some((category) => best[category] < LEAST); run += 1) {
      const { lhr } = await lighthouse(origin + page, {
        port: chrome.port,
        onlyCategories: CATEGORIES,
        // The address that a copy on this machine has is not the one that it names, and the policy of
        // the pages keeps Lighthouse from fetching robots.txt from within them.
        skipAudits: ["canonical", "is-on-https", "redirects-http", "robots-txt"],
        logLevel: "silent",
      });
      for (const category of CATEGORIES) {
        const { score, auditRefs } = lhr.categories[category];
        best[category] = Math.max(best[category], score ?? 0);
        missed[category] = auditRefs.filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.95)
          .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ""}`.trim());
      }
    }
    console.log(`${page}: ${CATEGORIES.map((category) => `${category} ${best[category].toFixed(2)}`).join(", ")}`);
    for (const category of CATEGORIES.filter((category) => best[category] < LEAST)) {
      failed += 1;
      console.error(`${page}: ${category} lacks ${missed[category].join("; ")}`);
    }
  }
} finally {
  await chrome.kill();
  server.close();
  server.closeAllConnections();
}
process.exitCode = failed ? 1 : 0;
