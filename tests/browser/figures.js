/** The elements as their visitors have them: how one sees that it is ready, and what is done with it. */
import { nextFrame } from "./page.js";

/** @typedef {import("playwright-core").Locator} Locator */

/** @type {Record<string, { isReady: (figure: Locator) => Promise<any>, play: (figure: Locator) => Promise<any> }>} */
const FIGURES = {
  "ganomaly-demo": {
    isReady: (figure) => figure.locator(".verdict[data-verdict]").waitFor(),
    async play(figure) {
      await figure.locator(".sample.anomaly").first().click();
      await figure.locator(".verdict[data-verdict=anomaly]").waitFor();
    },
  },
  "ganomaly-network": {
    isReady: (figure) => until(figure, (one) => one.layers.length > 0),
    async play(figure) {
      await figure.locator(".box[role=button]").nth(4).press("Enter");
      await figure.locator("canvas.maps").press("Shift+ArrowRight");
      await figure.locator(".working h3").waitFor();
    },
  },
  "ganomaly-latent": {
    isReady: (figure) => figure.getByRole("button", { name: "Highest score", disabled: false }).waitFor(),
    play: (figure) => figure.getByRole("button", { name: "Highest score" }).click(),
  },
  "ganomaly-roc": {
    isReady: (figure) => figure.locator(".hint").filter({ hasText: /^Drag/ }).waitFor(),
    play: (figure) => figure.getByRole("slider").press("Shift+ArrowLeft"),
  },
  "ganomaly-train": {
    isReady: (figure) => figure.locator("[data-loss=auc] .value").filter({ hasText: /\d/ }).waitFor(),
    async play(figure) {
      await figure.getByRole("button", { name: "Play" }).click();
      await figure.locator(".status").filter({ hasText: /Step \d\d/ }).waitFor();
      await figure.getByRole("button", { name: "Pause" }).click();
    },
  },
};

export const TAGS = Object.keys(FIGURES);

/** @param {Locator} figure @param {(element: any) => boolean} condition */
async function until(figure, condition) {
  const element = await figure.elementHandle();
  await element.ownerFrame().then((frame) => frame.waitForFunction(condition, element));
}

/** One after the other comes onto the screen and is waited for. @param {import("./page.js").Page} page @returns {Promise<{ tag: string, figure: Locator }[]>} */
export async function figuresAreReady(page) {
  await page.waitForFunction(() => !document.querySelector("main :not(:defined)"));
  const tags = await page.locator(TAGS.join()).evaluateAll((all) => all.map((one) => one.localName));
  const figures = tags.map((tag, index) => ({ tag, figure: page.locator(TAGS.join()).nth(index) }));
  for (const { tag, figure } of figures) {
    await figure.scrollIntoViewIfNeeded();
    await FIGURES[tag].isReady(figure);
  }
  return figures;
}

/** Does something in each of them. @param {import("./page.js").Page} page */
export async function playWithFigures(page) {
  for (const { tag, figure } of await figuresAreReady(page)) await FIGURES[tag].play(figure);
  await nextFrame(page);
}
