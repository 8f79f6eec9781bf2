// What is printed, as `pdftotext` reads it.

import { execFileSync } from "node:child_process";

const oneLine = (text) => text.trim().split(/\s+/).join(" ");

// The first and the last words of each sheet must be those of the line with the marking, and the line must stand
// there and nowhere else; below it stands only the number of the sheet, where the browser prints one.
export function unmarkedSheets(pdf, marking) {
  const line = oneLine(marking);
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf }).toString();
  const sheets = text.split("\f").slice(0, -1).map((sheet) => oneLine(sheet).replace(/ \d+ ?\/ ?\d+$/, ""));
  const found = sheets.flatMap((sheet, at) =>
    sheet.startsWith(line) && sheet.endsWith(line) && sheet.split(line).length === 3
      ? []
      : [`sheet ${at + 1} of ${sheets.length} is "${sheet.slice(0, 99)}…${sheet.slice(-99)}"`]);
  return sheets.length ? found : ["prints nothing"];
}
