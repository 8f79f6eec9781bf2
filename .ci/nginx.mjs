// The example site behind nginx, by the very lines that docs/hosting.md gives its readers.
//
//   node nginx.mjs MODULES TEARLINE
//
// MODULES is the folder that holds node_modules with playwright-core, TEARLINE the program.
// The lines stand in the guide between fences; only port, name and folders are put in the place of
// its own. nginx runs as nobody where this runs as root.
//
// 1. the public edition below /team/briefs/: every file with the headers that `_headers` has for it
//    and with its type, every page in the browser, every link of a page, what is moved or missing;
// 2. the internal edition in the root of its host, which may be read from nowhere else: every file.
//
// Fails where an answer differs from `_headers` or from the type that pages state for the file, where
// a page asks for or leads to anything outside of the sub-path, and where a link leads nowhere.

import { execFileSync, spawn } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { address, headersOf, launch, movedTo, pagesOf, rulesOf, TYPES } from "./served.mjs";
import { listening, violations, visit } from "./visit.mjs";

const [modules, tearline] = process.argv.slice(2);
if (!tearline) throw new Error("usage: nginx.mjs MODULES TEARLINE");

const NOBODY = 65534;
const AS_OF = "2026-01-01";
// Debian's nginx knows these two by their older names, which browsers take as well.
const OTHER_NAMES = { "text/javascript": "application/javascript", "application/xml": "text/xml" };
const TEXT = /^(text\/|application\/(json|javascript)$|image\/svg)/;

const guide = await readFile(path.join(import.meta.dirname, "../docs/hosting.md"), "utf8");
const [ROOT, BELOW, ...more] = [...guide.matchAll(/^```nginx\n(.*?)^```$/gms)].map(([, text]) => text);
if (!BELOW || more.length) throw new Error("docs/hosting.md: a server and the lines for a sub-path, in two fences");

// Replaces what must be there: a guide that says it in other words is not tested unnoticed.
function put(text, from, to) {
  if (!text.includes(from)) throw new Error(`docs/hosting.md has no "${from}" for nginx`);
  return text.replaceAll(from, to);
}

// The guide's lines for one edition: `base` is the sub-path, without a slash at its end.
function lines(port, base, root, open) {
  let text = ROOT;
  let folder = "/srv/briefs/public;";
  if (base) {
    const first = /^ {4}location \/ \{\n(?:.*\n){4}/m.exec(text)?.[0] ?? "location / with four lines";
    text = put(text, first, BELOW);
    text = put(text, "/team", base);
    folder = "/srv/briefs;";
  }
  text = put(text, `root ${folder}`, `root ${root};`);
  text = put(text, "listen 80;", `listen 127.0.0.1:${port};`);
  text = put(text, "server_name briefs.example.org;", "server_name 127.0.0.1;");
  if (!open) {
    text = put(text, "add_header Access-Control-Allow-Origin", "# add_header Access-Control-Allow-Origin");
    text = put(text, "# add_header X-Robots-Tag", "add_header X-Robots-Tag");
  }
  return text;
}

// Around the guide's lines: what Debian's nginx.conf has, with every path in a folder of its own.
const around = (servers) => `
daemon off;
pid nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  types_hash_max_size 2048;
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  ${servers}
}
`;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// Builds an edition for an address, and serves it there until `use` has looked at it.
async function behindNginx(edition, base, open, use) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const prefix = await mkdtemp(path.join(tmpdir(), "tearline-nginx."));
  let nginx;
  let said = "";
  try {
    const output = path.join(prefix, "built");
    execFileSync(tearline, ["build", "--edition", edition, "--as-of", AS_OF, "--base-url",
      `${origin}${base}/`, "--output", output], { stdio: ["ignore", "ignore", "pipe"] });
    const folder = path.join(output, edition);
    let root = folder;
    if (base) {
      root = path.join(prefix, "host");
      await mkdir(path.dirname(path.join(root, base)), { recursive: true });
      await symlink(folder, path.join(root, base));
    }
    await writeFile(path.join(prefix, "nginx.conf"), around(lines(port, base, root, open)));
    await chmod(prefix, 0o755);
    const nobody = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if (nobody.uid) await chown(prefix, NOBODY, NOBODY);
    nginx = spawn("nginx", ["-p", prefix, "-c", "nginx.conf", "-e", "stderr"],
      { stdio: ["ignore", "ignore", "pipe"], ...nobody });
    nginx.stderr.on("data", (data) => { said += data; });
    const ended = new Promise((resolve) => {
      nginx.on("error", resolve);
      nginx.on("exit", resolve);
    });
    await answers(`${origin}${base}/`, ended);
    return await use(folder, origin, base);
  } catch (error) {
    throw new Error(`${edition} below "${base}/": ${error.message}\n${error.stderr ?? ""}${said}`);
  } finally {
    nginx?.kill();
    await rm(prefix, { recursive: true, force: true });
  }
}

async function answers(url, ended) {
  let gone = false;
  ended.then(() => { gone = true; });
  const until = Date.now() + 10_000;
  while (!gone && Date.now() < until) {
    if (await fetch(url).then((answer) => answer.body.cancel().then(() => true), () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("nginx does not answer");
}

async function ask(url, method = "HEAD") {
  const answer = await fetch(url, { method, redirect: "manual" });
  if (method === "HEAD") return answer;
  return Object.assign(answer, { said: await answer.text() });
}

// What the pages say that their files are: `link rel="alternate"`, by the file's path.
async function stated(folder, base) {
  const types = new Map();
  for (const page of await pagesOf(folder)) {
    const html = await readFile(path.join(folder, page), "utf8");
    for (const [link] of html.matchAll(/<link rel="?alternate[^>]*>/g)) {
      const type = /type="([^"]*)"/.exec(link)[1];
      const { pathname } = new URL(/href="([^"]*)"/.exec(link)[1], `http://host${base}${address(page)}`);
      types.set(decodeURIComponent(pathname), type);
    }
  }
  return types;
}

// A file for each rule that the example has none for: the rule is for sites that do.
async function fillIn(folder, base, rules) {
  const present = (await readdir(folder, { recursive: true })).map((entry) => `${base}/${entry}`);
  for (const rule of rules.filter(({ path }) => !present.some((entry) => path.test(entry)))) {
    const file = path.join(folder, rule.stated.slice(base.length).replace(/\*|:name/, "example"));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, "");
  }
}

// Every file: its headers and its type.
async function files(folder, origin, base) {
  const problems = [];
  const rules = rulesOf(await readFile(path.join(folder, "_headers"), "utf8"));
  const types = await stated(folder, base);
  await fillIn(folder, base, rules);
  const known = new Set(["Access-Control-Allow-Origin", "X-Robots-Tag", "Cache-Control"]);
  for (const { headers } of rules) headers.forEach(([name]) => known.add(name));
  const paths = [];
  for (const entry of (await readdir(folder, { recursive: true })).sort()) {
    if ((await stat(path.join(folder, entry))).isFile()) paths.push(entry);
  }
  let open = 0;
  for (const file of paths) {
    const asked = `${base}${address(file)}`;
    const answer = await ask(origin + encodeURI(asked));
    const wanted = ["_headers", "_redirects", "404.html"].includes(file) ? 404 : 200;
    if (answer.status !== wanted) problems.push(`${asked}: ${answer.status}, not ${wanted}`);
    const headers = new Map([["Cache-Control", "no-cache"], ...headersOf(rules, asked)]);
    for (const name of known) {
      const [got, expected] = [answer.headers.get(name), headers.get(name) ?? null];
      if (got !== expected) problems.push(`${asked}: ${name} is "${got}", not "${expected}"`);
    }
    open += answer.headers.has("Access-Control-Allow-Origin");
    if (wanted === 404) continue;
    const [type, ...rest] = answer.headers.get("Content-Type").split(/; ?/);
    const [as, ...with_] = (types.get(asked) ?? TYPES[path.extname(file)] ?? "text/plain").split(/; ?/);
    if (type !== as && type !== OTHER_NAMES[as]) problems.push(`${asked}: ${type}, not ${as}`);
    const more = with_.find((part) => !part.startsWith("charset"));
    if (more && !rest.includes(more)) problems.push(`${asked}: ${type} without ${more}`);
    if (TEXT.test(type) && !rest.includes("charset=utf-8")) problems.push(`${asked}: ${type} without its charset`);
  }
  return { problems, count: paths.length, open };
}

// What is moved, and what is not there.
async function ways(folder, origin, base) {
  const problems = [];
  const is = (what, got, expected) => {
    if (got !== expected) problems.push(`${what}: ${got}, not ${expected}`);
  };
  for (const asked of ["/actors", "/actors/apt28", ...(base ? [""] : [])]) {
    const answer = await ask(origin + base + asked);
    is(`${base}${asked}`, answer.status, 301);
    is(`${base}${asked} leads to`, answer.headers.get("Location"), `${base}${asked}/`);
  }
  const page = await readFile(path.join(folder, "404.html"), "utf8");
  for (const asked of ["/none/", "/none", "/assets/", "/404.html", "/_headers", "/actors/apt28/none.json"]) {
    const answer = await ask(origin + base + asked, "GET");
    is(`${base}${asked}`, answer.status, 404);
    is(`${base}${asked} shows`, answer.said === page ? "404.html" : answer.said.slice(0, 80), "404.html");
    is(`${base}${asked} has`, answer.headers.get("X-Frame-Options"), "DENY");
  }
  if (base) is("the host's root", (await ask(`${origin}/actors/`)).status, 404);
  return problems;
}

// Addresses of the host that do not stand below the sub-path, in whatever file.
async function strays(folder, origin, base) {
  const problems = [];
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!/\.(html|json|xml|csv|txt)$/.test(entry)) continue;
    const text = await readFile(path.join(folder, entry), "utf8");
    for (const [found] of text.matchAll(/http:\/\/127\.0\.0\.1:\d+[^\s"'<>\\)]*/g)) {
      if (found !== origin + base && !found.startsWith(`${origin}${base}/`)) problems.push(`${entry}: names ${found}`);
    }
  }
  return problems;
}

// Every page in the browser, and every address that it leads to or loads.
async function pages(browser, folder, origin, base) {
  const below = origin + base;
  const problems = [];
  const led = new Map();
  const all = await pagesOf(folder);
  const moved = [];
  const shown = [];
  for (const file of all.filter((file) => file !== "404.html")) {
    const to = await movedTo(folder, file);
    if (to === undefined) shown.push(address(file));
    else moved.push([address(file), to]);
  }
  const context = await listening(browser);
  problems.push(...await visit(context, below, shown, async (page, asked) => {
    const found = await violations(page);
    const addresses = await page.evaluate(() =>
      [...document.querySelectorAll("[href], [src], [action]")]
        .map((element) => new URL(
          element.getAttribute("href") ?? element.getAttribute("src") ?? element.getAttribute("action"),
          document.baseURI).href.split("#")[0]));
    for (const to of new Set(addresses)) {
      if (!to.startsWith(`${origin}/`)) continue;
      if (to.startsWith(`${below}/`)) led.set(to, asked);
      else found.push(`leads to ${to}`);
    }
    return found;
  }));
  for (const [to, from] of led) {
    const { status } = await ask(to);
    if (status !== 200) problems.push(`${from}: leads to ${to}, which is ${status}`);
  }
  if (!moved.length) problems.push("no old address");
  const page = await context.newPage();
  for (const [from, to] of moved) {
    await page.goto(below + from, { waitUntil: "commit" });
    await page.waitForURL(origin + to, { timeout: 10_000 })
      .catch(() => problems.push(`${from}: does not lead to ${to}, but to ${page.url()}`));
  }
  // Whoever was led astray gets a page that stands as every other does.
  const lost = (await visit(context, below, ["/none/such/"], violations))
    .filter((problem) => !/404 \S*\/none\/such\/$|status of 404/.test(problem));
  problems.push(...lost);
  // What only scripts load.
  await page.goto(`${below}/search/?q=Hidden+Cobra`);
  const first = page.locator(".search-names li a").first();
  await first.waitFor({ timeout: 10_000 }).catch(() => problems.push("the search finds nothing"));
  if (await first.count()) {
    await first.click();
    await page.waitForURL(`${below}/actors/lazarus-group/`, { timeout: 10_000 })
      .catch(() => problems.push(`the search leads to ${page.url()}`));
  }
  await context.close();
  return { problems, shown: shown.length, moved: moved.length, led: led.size };
}

const problems = [];
await behindNginx("public", "/team/briefs", true, async (folder, origin, base) => {
  const served = await files(folder, origin, base);
  if (!served.open) problems.push("no file of the public edition may be read from elsewhere");
  problems.push(...served.problems, ...await ways(folder, origin, base), ...await strays(folder, origin, base));
  const browser = await launch(modules);
  try {
    const seen = await pages(browser, folder, origin, base);
    problems.push(...seen.problems);
    console.log(`public below ${base}/: ${served.count} files, ${served.open} of them to be read from anywhere; ` +
      `${seen.shown} pages and ${seen.moved} old addresses in the browser, ${seen.led} addresses that they lead to.`);
  } finally {
    await browser.close();
  }
});
await behindNginx("internal", "", false, async (folder, origin, base) => {
  const served = await files(folder, origin, base);
  if (served.open) problems.push(`${served.open} files of the internal edition may be read from anywhere`);
  problems.push(...served.problems, ...await ways(folder, origin, base));
  console.log(`internal: ${served.count} files.`);
});
for (const problem of problems.slice(0, 50)) console.error(problem);
console.log(`${problems.length} problems.`);
process.exitCode = problems.length ? 1 : 0;
