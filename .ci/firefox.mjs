// What Firefox prints, which differs most from Chromium: each sheet must have the page's marking once at its top
// and once at its bottom, and every word of the page as text.
//
//   node firefox.mjs MODULES SITE [ADDRESS…]      SITE is the folder of one edition
//
// MODULES holds node_modules with ws. Firefox is spoken to by WebDriver BiDi; nothing but the server can be reached.
// Without ADDRESSes: one page of some kinds that fill several sheets, and of the briefs the one with most marked parts.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { once } from "node:events";

import { unmarkedSheets } from "./paper.mjs";
import { pageOfEachKind, serve } from "./served.mjs";

const [modules, folder, ...asked] = process.argv.slice(2);
if (!folder) throw new Error("usage: firefox.mjs MODULES SITE [ADDRESS…]");
const WebSocket = createRequire(path.resolve(modules, "x.js"))("ws");
const site = path.resolve(folder);
const PREFERENCES = {
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.systemAddon.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  // A proxy that is not there, for all but this machine.
  "network.proxy.type": 1,
  "network.proxy.http": "127.0.0.1",
  "network.proxy.http_port": 9,
  "network.proxy.ssl": "127.0.0.1",
  "network.proxy.ssl_port": 9,
  "toolkit.telemetry.enabled": false,
};

async function start(profile) {
  const preferences = Object.entries(PREFERENCES)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  await writeFile(path.join(profile, "user.js"), preferences.join(""));
  const program = process.env.FIREFOX ?? "firefox-esr";
  const firefox = spawn(
    program,
    ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: profile } },
  );
  const address = await new Promise((resolve, reject) => {
    let said = "";
    firefox.stderr.on("data", (data) => {
      said += data;
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    firefox.once("error", reject);
    firefox.once("exit", (code) => reject(new Error(`${program} ended with ${code}: ${said}`)));
  });
  return { firefox, address };
}

// Sends commands, each answered by its number.
async function connect(address) {
  const socket = new WebSocket(`${address}/session`);
  await once(socket, "open");
  const waiting = new Map();
  socket.on("message", (message) => {
    const { id, type, result, error, message: why } = JSON.parse(message);
    const [resolve, reject] = waiting.get(id) ?? [];
    waiting.delete(id);
    if (type === "error") reject?.(new Error(`${error}: ${why}`));
    else resolve?.(result);
  });
  let last = 0;
  const send = (method, params = {}) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, [resolve, reject]);
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  return { socket, send };
}

async function chosen() {
  const kinds = await pageOfEachKind(site);
  const first = (kind) => kinds.find((address) => address.startsWith(`/${kind}/`) && address !== `/${kind}/`);
  let most = { marked: -1 };
  for (const name of (await readdir(path.join(site, "briefs"))).sort()) {
    const html = await readFile(path.join(site, "briefs", name, "index.html"), "utf8").catch(() => "");
    const marked = html.split('class="portion').length;
    if (html && marked > most.marked) most = { marked, address: `/briefs/${name}/` };
  }
  return [most.address, first("actors"), first("techniques"), "/landscape/", "/markings/"].filter(Boolean);
}

const { server, origin } = await serve(site);
const profile = await mkdtemp(path.join(tmpdir(), "firefox-"));
const { firefox, address } = await start(profile);
let failed = 0;
try {
  const { socket, send } = await connect(address);
  const { capabilities } = await send("session.new", { capabilities: {} });
  const { contexts: [{ context }] } = await send("browsingContext.getTree");
  const ask = async (expression) => {
    const { result } = await send("script.evaluate", { expression, target: { context }, awaitPromise: false });
    return result.value;
  };
  const pages = asked.length ? asked : await chosen();
  for (const page of pages) {
    await send("browsingContext.navigate", { context, url: origin + page, wait: "complete" });
    const marking = await ask("document.querySelector('.marking').textContent");
    const { data } = await send("browsingContext.print", { context, background: true, page: { width: 21, height: 29.7 } });
    for (const problem of unmarkedSheets(Buffer.from(data, "base64"), marking)) {
      failed += 1;
      console.error(`${page}: ${problem}`);
    }
  }
  socket.close();
  console.log(`Firefox ${capabilities.browserVersion}: ${pages.length} pages on paper, ${failed} problems.`);
} finally {
  firefox.kill();
  await once(firefox, "exit");
  server.close();
  server.closeAllConnections();
  await rm(profile, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
