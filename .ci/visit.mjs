// Pages as a browser meets them: opened in tabs, with whatever goes wrong on them.

const TABS = 4;

// Opens pages in some tabs at once and gives each to `look`, with what went wrong on it. `origin` is
// all that they may ask: a host, or a folder of one.
export async function visit(context, origin, addresses, look) {
  const left = addresses.values();
  const problems = [];
  await Promise.all(
    Array.from({ length: TABS }, async () => {
      const page = await context.newPage();
      let found = [];
      page.on("console", (message) => found.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => found.push(`error: ${error.message}`));
      page.on("request", (request) => {
        if (!request.url().startsWith(`${origin}/`)) found.push(`asks ${request.url()}`);
      });
      page.on("requestfailed", (request) => {
        const why = request.failure()?.errorText;
        // The icon is asked for last, and given up when the next page is opened.
        if (why !== "net::ERR_ABORTED") found.push(`failed: ${request.url()} (${why})`);
      });
      page.on("response", (response) => {
        if (response.status() >= 400) found.push(`${response.status()} ${response.url()}`);
      });
      for (const asked of left) {
        found = [];
        await page.goto(origin + asked, { waitUntil: "load" });
        found.push(...(await look(page, asked, found) ?? []));
        problems.push(...found.map((problem) => `${asked}: ${problem}`));
      }
      await page.close();
    }),
  );
  return problems;
}

// Violations as the page itself is told of them, also by what loads late.
export async function listening(browser) {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.violations.push(`${event.effectiveDirective} blocks ${event.blockedURI}`);
    });
  });
  return context;
}

// Pictures below the window are loaded first.
export const violations = (page) => page.evaluate(async () => {
  const late = [...document.images].filter((image) => !image.complete);
  await Promise.all(late.map((image) => {
    image.loading = "eager";
    return image.decode().catch(() => {});
  }));
  return globalThis.violations;
});
