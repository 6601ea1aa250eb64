import { endBrowser } from "../browser/page.js";

/**
 * Lends a measurement what the helpers of the page's tests ask for, and ends the browser and the server that they begin.
 * @template T @param {(t: any) => Promise<T>} work
 */
export async function within(work) {
  const ends = [];
  try {
    return await work({ after: (end) => ends.push(end) });
  } finally {
    for (const end of ends) await end();
    await endBrowser();
  }
}
