#!/usr/bin/env bash
# Firefox prints bold words in a variable web font as shapes: a PDF shows them, and no program can read them.
#
# Versions:  Firefox ESR 153.8.0 (Debian's firefox-esr), @fontsource-variable/source-serif-4 5.2.9, pdftotext of
#            poppler 22.12.
# Expected:  every word of a printed page is text of the PDF, as it is with a font of one weight.
# Seen:      words at the font's default weight are text. Words at any other weight of the same file are drawn and are
#            not in the text; neither searching nor copying finds them.
# Why:       a marking such as TLP:AMBER is usually bold. In the PDF of a page with a variable font it is seen, but
#            whatever looks for markings in files (a gateway, a search, a screen reader) finds none.
#
# Needs firefox-esr, pdftotext, node and npm, and the package index. Exits with 0 as long as this is so, with 1 when
# it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
npm install --silent --no-save --no-audit --no-fund --ignore-scripts \
    ws@8.18.3 @fontsource-variable/source-serif-4@5.2.9 >/dev/null
cp node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2 font.woff2

cat >page.html <<'HTML'
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>A page</title>
<style>
@font-face { font-family: Variable; src: url(font.woff2) format("woff2"); font-weight: 200 900; }
.variable { font-family: Variable; }
.own { font-family: serif; }
.first { font-weight: 400; }
.bold { font-weight: 700; }
</style>
<p class="variable first">Alphaword</p>
<p class="variable bold">Bravoword</p>
<p class="own bold">Charlieword</p>
</html>
HTML

cat >print.mjs <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import WebSocket from "ws";

const types = { html: "text/html", woff2: "font/woff2" };
const server = createServer((request, response) => {
  try {
    const bytes = readFileSync(`.${request.url}`);
    response.setHeader("Content-Type", types[request.url.split(".").at(-1)]);
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, "127.0.0.1");
await once(server, "listening");
mkdirSync("profile");
const firefox = spawn(
  "firefox-esr",
  ["--headless", "--no-remote", "--profile", "profile", "--remote-debugging-port", "0"],
  { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: process.cwd() } },
);
const address = await new Promise((resolve, reject) => {
  let said = "";
  firefox.stderr.on("data", (data) => {
    said += data;
    const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
    if (found) resolve(found[1]);
  });
  firefox.once("exit", () => reject(new Error(said)));
});
const socket = new WebSocket(`${address}/session`);
await once(socket, "open");
let last = 0;
const send = (method, params) => new Promise((resolve, reject) => {
  last += 1;
  const id = last;
  socket.on("message", (message) => {
    const answer = JSON.parse(message);
    if (answer.id !== id) return;
    if (answer.type === "error") reject(new Error(answer.message));
    else resolve(answer.result);
  });
  socket.send(JSON.stringify({ id, method, params }));
});
const { capabilities } = await send("session.new", { capabilities: {} });
const { contexts: [{ context }] } = await send("browsingContext.getTree", {});
const url = `http://127.0.0.1:${server.address().port}/page.html`;
await send("browsingContext.navigate", { context, url, wait: "complete" });
const asked = { expression: "document.fonts.ready.then(() => document.fonts.check('700 1em Variable'))" };
const { result } = await send("script.evaluate", { ...asked, target: { context }, awaitPromise: true });
if (!result.value) throw new Error("the font was not loaded");
const { data } = await send("browsingContext.print", { context });
writeFileSync("page.pdf", Buffer.from(data, "base64"));
console.log(`Firefox ${capabilities.browserVersion}`);
socket.close();
server.close();
server.closeAllConnections();
firefox.kill();
await once(firefox, "exit");
JS

node print.mjs
text=$(pdftotext page.pdf -)
printf 'The text of the PDF: %s\n' "$(tr -s '\n\f' '  ' <<<"$text")"
if grep -q Alphaword <<<"$text" && grep -q Charlieword <<<"$text" && ! grep -q Bravoword <<<"$text"; then
    echo "As described: the bold word of the variable font is missing."
else
    echo "This has changed."
    exit 1
fi
