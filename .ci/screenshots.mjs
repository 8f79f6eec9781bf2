// Pictures of one page of every kind, to be looked at: light and dark, on a phone and on a wide
// screen, and on paper.
//
//   node screenshots.mjs MODULES SITE FOLDER [ADDRESS…]     SITE is the folder of one edition
//
// With ADDRESSes, as in /actors/apt28/, those pages instead. Writes FOLDER/NAME-WIDTH-SCHEME.png, of
// a long page its beginning, and FOLDER/NAME.pdf.

import { mkdir } from "node:fs/promises";
import path from "node:path";

import { launch, pageOfEachKind, serve } from "./served.mjs";

const [modules, site, folder, ...addresses] = process.argv.slice(2);
if (!folder) throw new Error("usage: screenshots.mjs MODULES SITE FOLDER [ADDRESS…]");
const LONGEST = 3600;

const { server, origin } = await serve(path.resolve(site));
const browser = await launch(modules);
await mkdir(folder, { recursive: true });
const pages = addresses.length ? addresses : await pageOfEachKind(site);
try {
  for (const asked of pages) {
    const name = asked.replace(/\.html$/, "").split(/[/?=]/).filter(Boolean).join("-") || "home";
    for (const width of [390, 1440]) {
      for (const colorScheme of ["light", "dark"]) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
        await page.goto(origin + asked, { waitUntil: "load" });
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.screenshot({
          path: path.join(folder, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
          clip: { x: 0, y: 0, width, height: Math.min(height, LONGEST) },
        });
        if (width > 1000 && colorScheme === "light") {
          await page.pdf({ path: path.join(folder, `${name}.pdf`), format: "A4", preferCSSPageSize: true });
        }
        await page.close();
      }
    }
    console.log(asked);
  }
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
