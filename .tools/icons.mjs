// Draws www/icons/*.png from www/icon.svg with the browser that the tests use. Run it by hand when the drawing changes:
//     CHROME=/usr/bin/chromium node .tools/icons.mjs
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const drawing = readFileSync("www/icon.svg", "utf8");
/**
 * For systems that cut icons to a shape of their own, and may leave only a circle of four fifths of the width: the background
 * fills the whole square, and the drawing lies within that circle.
 */
const maskable = drawing.replace('rx="6"', "").replace(/(<path|<circle)/, '<g transform="translate(3.2 3.2) scale(0.8)">$1').replace("</svg>", "</g></svg>");

mkdirSync("www/icons", { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: ["--no-sandbox"] });
for (const [name, source] of [["", drawing], ["maskable-", maskable]]) {
  for (const size of [192, 512]) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${source}`);
    await page.screenshot({ path: `www/icons/${name}${size}.png`, omitBackground: true });
    await page.close();
  }
}
await browser.close();
