/**
 * What can be watched in <ganomaly-train>, in a real browser, on the CPU: how far training comes with each of the settings
 * that the lesson says are worth trying.
 *
 *   node tests/bench/training.mjs [ATTRIBUTES...]
 *
 * ATTRIBUTES of the element, a setting each, such as 'contextual="1"'; without any, those of the lesson. CHANGE, such as
 * 'Contextual weight=1', is made with the element's control of that name when half of the time is over. CHROME and
 * WASM_BINDGEN_TEST_WEBDRIVER_JSON name the browser, as in .tools/test.sh; SITE another folder than dist/. ANOMALY is the
 * digit that is left out (0), SEEDS how many seeds from 0 on (3), SECONDS how long each trains (60), STEPS how many steps at
 * most, for what does not depend on the speed of the machine. Prints for each seed, and as the median: steps; the AUC at the
 * end, and its range over the looks of the second half; the contextual, the encoder and the feature matching loss, as means
 * of the last 50 steps; and the mean |x − x′| of the 8 digits in view of each kind, held out and anomalous, in units of
 * [-1, 1]; the same before a change. With PICTURES=1, pictures of the ends are kept in artifacts/screenshots.
 */
import { openElements } from "../browser/embed.js";
import { shoot } from "../browser/page.js";
import { shownError } from "../browser/training.js";
import { within } from "./within.mjs";

const { ANOMALY = "0", SEEDS = "3", SECONDS = "60", STEPS = "Infinity", CHANGE = "" } = process.env;
const SETTINGS = ["", 'adversarial="0"', 'contextual="0"', 'nz="4"'];
const LAST = 50;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Trains once. @param {any} t @param {string} setting @param {number} seed @returns {Promise<any[]>} what was seen before a change, and at the end */
async function trained(t, setting, seed) {
  const page = await openElements(t, `<ganomaly-train controls anomaly="${ANOMALY}" seed="${seed}" ${setting}></ganomaly-train>`);
  await page.evaluate(() => {
    const known = { losses: [], looks: [], most: Infinity };
    globalThis.known = known;
    document.addEventListener("ganomaly-look", ({ detail }) => known.looks.push(detail));
    document.addEventListener("ganomaly-step", ({ target, detail }) => {
      known.losses.push(...detail.losses);
      if (detail.step >= known.most) /** @type {any} */ (target).pause();
    });
  });
  await page.waitForFunction(() => globalThis.known.looks.length > 0);
  const shots = [];
  const parts = CHANGE ? 2 : 1;
  for (let part = 1; part <= parts; part++) {
    await play(page, { most: (Number(STEPS) * part) / parts, seconds: Number(SECONDS) / parts });
    shots.push(await seen(page));
    if (part < parts) await change(page, CHANGE.split("="));
  }
  await shoot(page, `training-${`${setting} ${CHANGE}`.replaceAll(/\W+/g, "-")}-${seed}`);
  return shots;
}

/** @param {import("playwright-core").Page} page @param {{ most: number, seconds: number }} until steps, or time */
async function play(page, { most, seconds }) {
  await page.evaluate((steps) => { globalThis.known.most = steps; }, most);
  await page.click("text=Play");
  await page.waitForFunction(([steps, end]) => globalThis.known.losses.length >= steps || performance.now() > end,
    [most, await page.evaluate(() => performance.now()) + 1000 * seconds], { timeout: 0 });
  await page.evaluate(() => /** @type {any} */ (document.querySelector("ganomaly-train")).pause());
  await page.waitForFunction(() => globalThis.known.looks.at(-1).step === globalThis.known.losses.length);
}

async function change(page, [control, value]) {
  await page.getByLabel(control).evaluate((input, value) => {
    input.value = value;
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name));
  }, value);
}

/** @param {import("playwright-core").Page} page */
async function seen(page) {
  const { losses, looks } = await page.evaluate(() => globalThis.known);
  const late = looks.filter(({ step }) => step > losses.length / 2).map(({ auc }) => auc);
  const last = (name) => mean(losses.slice(-LAST).map((loss) => loss[name]));
  const [normal, anomalous] = await Promise.all(/** @type {const} */ (["normals", "anomalies"]).map((kind) => shownError(page, kind)));
  return {
    steps: losses.length, auc: looks.at(-1).auc, lowest: Math.min(...late), highest: Math.max(...late),
    contextual: last("contextual"), encoder: last("encoder"), matching: last("adversarial"), normal, anomalous,
  };
}

const row = ({ steps, auc, lowest, highest, contextual, encoder, matching, normal, anomalous }) => [
  `${steps} steps`, `AUC ${auc.toFixed(3)} (${lowest.toFixed(3)} to ${highest.toFixed(3)})`, `contextual ${contextual.toFixed(3)}`,
  `encoder ${encoder.toPrecision(2)}`, `feature matching ${matching.toPrecision(2)}`, `|x − x′| ${normal.toFixed(3)}, anomalies ${anomalous.toFixed(3)}`].join("; ");

for (const setting of process.argv.length > 2 ? process.argv.slice(2) : SETTINGS) {
  console.log(`\n${setting || "as it comes"}, anomaly ${ANOMALY}${CHANGE && `, then ${CHANGE}`}`);
  const runs = [];
  for (let seed = 0; seed < Number(SEEDS); seed++) {
    const shots = await within((t) => trained(t, setting, seed));
    for (const shot of shots) console.log(`  seed ${seed}: ${row(shot)}`);
    runs.push(shots.at(-1));
  }
  console.log(`  median: ${row(Object.fromEntries(Object.keys(runs[0]).map((name) => [name, median(runs.map((run) => run[name]))])))}`);
}
