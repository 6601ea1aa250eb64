/** A reporter for `node --test`: a line for each test, its milliseconds, its file and its name. */
import path from "node:path";

export default async function* durations(events) {
  for await (const { type, data } of events) {
    const isTest = (type === "test:pass" || type === "test:fail") && data.nesting === 0 && data.line > 1;
    if (isTest) yield `${Math.round(data.details.duration_ms)}\t${path.relative("tests/browser", data.file)}: ${data.name}\n`;
  }
}
