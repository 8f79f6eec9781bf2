// A built edition as a host serves it, and the browser that looks at it; what all checks share.

import { createServer } from "node:http";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { gzipSync } from "node:zlib";

export const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".woff2": "font/woff2",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".jpg": "image/jpeg",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webp": "image/webp",
  ".xml": "application/xml",
};
const META = /<meta http-equiv="Content-Security-Policy"[^>]*>\n?/;

// The rules of `_headers`: a line with a path, then its headers, indented. In a path `*` is the rest,
// `:name` one folder.
export function rulesOf(text) {
  const rules = [];
  for (const line of text.split("\n")) {
    if (/^\S/.test(line)) rules.push({ stated: line.trim(), path: pattern(line.trim()), headers: [] });
    const header = /^\s+([^:]+):\s*(.*)$/.exec(line);
    if (header) rules.at(-1).headers.push([header[1], header[2]]);
  }
  return rules;
}

function pattern(path) {
  const parts = path.split(/(\*|:[a-z]+)/).map((part) => {
    if (part === "*") return ".*";
    return part.startsWith(":") ? "[^/]+" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

export const headersOf = (rules, asked) =>
  rules.filter((rule) => rule.path.test(asked)).flatMap((rule) => rule.headers);

// Serves a folder. `/@meta/…` leaves the headers out, `/@header/…` the meta element; an address in
// `insert` is the page for what is not there, with that markup at the end of its text. `packed`
// compresses what is sent.
export async function serve(folder, insert = {}, packed = false) {
  const rules = rulesOf(await readFile(path.join(folder, "_headers"), "utf8"));
  const server = createServer(async (request, response) => {
    let asked = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const mode = /^\/@(meta|header)(?=\/)/.exec(asked)?.[1];
    if (mode) asked = asked.slice(mode.length + 2);
    const headers = headersOf(rules, asked)
      .filter(([name]) => !(mode === "meta" && name === "Content-Security-Policy"));
    for (const [name, value] of headers) response.setHeader(name, value);
    let status = 200;
    let file = path.join(folder, asked, asked.endsWith("/") ? "index.html" : "");
    const added = insert[asked];
    if (added) file = path.join(folder, "404.html");
    let bytes = await readFile(file).catch(() => null);
    if (bytes === null || file !== path.normalize(file) || !file.startsWith(folder)) {
      status = 404;
      file = path.join(folder, "404.html");
      bytes = await readFile(file);
    }
    if (added || mode === "header") {
      let html = bytes.toString();
      if (added) html = html.replace("</main>", `${added}</main>`);
      if (mode === "header") html = html.replace(META, "");
      bytes = Buffer.from(html);
    }
    if (packed) {
      bytes = gzipSync(bytes);
      response.setHeader("Content-Encoding", "gzip");
    }
    response.writeHead(status, {
      "Content-Type": TYPES[path.extname(file)] ?? "application/octet-stream",
    });
    response.end(bytes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

export async function pagesOf(folder) {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => name.endsWith(".html")).sort();
}

const REFRESH = /<meta http-equiv="refresh" content="0; url=([^"]*)"/;

// Where an old address leads to; nothing for a page.
export async function movedTo(folder, file) {
  return REFRESH.exec(await readFile(path.join(folder, file), "utf8"))?.[1];
}

// One page of each kind, by its address; old addresses are none.
export async function pageOfEachKind(folder) {
  const files = [];
  for (const file of await pagesOf(folder)) {
    if (await movedTo(folder, file) === undefined) files.push(file);
  }
  return kinds(files).map(address);
}

export const address = (file) => `/${file.replace(/(^|\/)index\.html$/, "$1")}`;

// One page of each kind: the first below each folder, and each page that is in no folder.
export function kinds(files) {
  const found = new Map();
  for (const file of files) {
    const parts = file.split("/");
    const kind = parts.length > 2 ? `${parts[0]}/${parts.length > 3 ? parts[2] : ""}` : file;
    if (!found.has(kind)) found.set(kind, file);
  }
  return [...found.values()];
}

// The browser of every check: nothing but the server can be reached, whatever a page asks for.
export async function launch(modules) {
  const { chromium } = createRequire(path.resolve(modules, "x.js"))("playwright-core");
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ],
  });
}
