/**
 * How well the pixels' difference does beside the latent distance, on the images of the lesson's map and with a model for
 * each digit as the anomaly.
 *
 *   node tests/bench/lesson.mjs [DIGITS...]
 *
 * Without digits, 0, 2, 6 and 8. CHROME and WASM_BINDGEN_TEST_WEBDRIVER_JSON name the browser, as in .tools/test.sh.
 */
import { latentFigures } from "../browser/latent-figures.js";
import { within } from "./within.mjs";

const digits = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [0, 2, 6, 8];
for (const { digit, images, latent, absolute, squared, variance, distance } of await within((t) => latentFigures(t, digits))) {
  console.log(`anomaly ${digit}, ${images} images: AUC ${latent.toFixed(3)} by the latent distance, ${absolute.toFixed(3)} by mean |x − x′|, `
    + `${squared.toFixed(3)} by mean (x − x′)²; the map shows ${(100 * variance).toFixed(1)} % of the variance of z and ${(100 * distance).toFixed(1)} % of |z − z′|²`);
}
