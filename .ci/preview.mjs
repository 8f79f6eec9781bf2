// The preview in headless Chromium: its script runs under the narrow policy of its pages, and a
// saved file shows by itself.
//
//   node preview.mjs MODULES TEARLINE FOLDER      a new site is made in FOLDER

import { execFileSync, spawn } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import path from "node:path";

const [modules, tearline, folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: preview.mjs MODULES TEARLINE FOLDER");
const { chromium } = createRequire(path.resolve(modules, "x.js"))("playwright-core");

execFileSync(tearline, ["init", folder]);
const serving = spawn(tearline, ["serve", "--root", folder, "--port", "0"], {
  stdio: ["ignore", "ignore", "pipe"],
});
const ended = new Promise((resolve) => serving.once("exit", resolve));
const address = await new Promise((resolve, reject) => {
  createInterface({ input: serving.stderr }).on("line", (line) => {
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
try {
  const page = await browser.newPage();
  page.on("console", (message) => problems.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`${event.effectiveDirective} blocks ${event.blockedURI}`);
    });
  });
  const brief = path.join(folder, "content/briefs", readdirSync(path.join(folder, "content/briefs"))[0]);
  await page.goto(new URL("briefs/first-brief/", address).href);
  writeFileSync(brief, `${readFileSync(brief, "utf8")}\nSaved a moment ago.\n`);
  await page.getByText("Saved a moment ago.").waitFor({ timeout: 20_000 });
  // A mistake opens the panel of findings, with the preview's own styles.
  writeFileSync(brief, `${readFileSync(brief, "utf8")}\n[[No such name]]\n`);
  await page.getByRole("alertdialog").waitFor({ timeout: 20_000 });
  const source = await page.content();
  if (!source.includes("default-src 'none'")) problems.push("the page states no policy");
} catch (error) {
  problems.push(error.message);
} finally {
  await browser.close();
  serving.kill();
  await ended;
}
for (const problem of problems) console.error(problem);
console.log(`The preview reloads and shows findings: ${problems.length} problems.`);
process.exitCode = problems.length ? 1 : 0;
