/** What stands in for the engine in tests answers as the engine does. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { folderFor } from "../package.js";
import { ROOT } from "../page.js";

test("the answers of the stand-ins for the engine have the types of the WebAssembly module's", (t) => {
  const settings = path.join(folderFor(t), "tsconfig.json");
  const file = (name) => path.join(ROOT, "tests/browser", name);
  writeFileSync(settings, JSON.stringify({
    compilerOptions: {
      noEmit: true, allowJs: true, checkJs: true, skipLibCheck: true, target: "es2023", lib: ["es2024", "webworker"], module: "esnext", moduleResolution: "bundler", types: [],
      noImplicitAny: false, strictNullChecks: true, strictFunctionTypes: true,
      rootDirs: [path.join(ROOT, "tests"), path.join(ROOT, "pkg")], // where they are served, rpc.js lies beside their folder
    },
    files: [file("fake-engine.js"), file("results-engine.js"), file("fake-pictures.js")],
  }));
  let said = "";
  try {
    execFileSync(path.join(ROOT, "node_modules/.bin/tsc"), ["--project", settings], { cwd: ROOT, encoding: "utf8" });
  } catch (error) {
    said = error.stdout;
  }
  // The library that they import is looked at with other settings.
  assert.deepEqual(said.split("\n").filter((line) => line !== "" && !line.startsWith("pkg/")), []);
});
