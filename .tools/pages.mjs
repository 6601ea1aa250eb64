// Completes the pages in a folder: a line <!-- NAME --> stands for parts/NAME.html, and {policy} there for the content policy of
// _headers, without what only a header can say. The parts themselves do not stay.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const folder = process.argv[2];
const read = (...names) => readFileSync(path.join(folder, ...names), "utf8");
const policy = /Content-Security-Policy: (.*)/.exec(read("_headers"))[1].replace(/; frame-ancestors[^;]*/, "");
const part = (name, indent) => read("parts", `${name}.html`).trimEnd().replace("{policy}", policy).replace(/^/gm, indent);

for (const name of readdirSync(folder).filter((one) => one.endsWith(".html"))) {
  writeFileSync(path.join(folder, name), read(name).replace(/^( *)<!-- (\w+) -->$/gm, (_, indent, wanted) => part(wanted, indent)));
}
rmSync(path.join(folder, "parts"), { recursive: true });
