/** What was asked of the network, in a page or a worker. */

/** @typedef {{ url: string, time: number, cause: string }} Request time in milliseconds since 1970; cause as browsers call it, such as "fetch" */

/** The browser keeps 250 entries if it is not told otherwise. */
const MOST = 10_000;
performance.setResourceTimingBufferSize(MOST);

/** Entries for blobs are no requests. @param {any[]} [entries] of the browser's timeline @returns {Request[]} */
export const requestsMade = (entries = performance.getEntriesByType("resource")) => entries
  .filter(({ name }) => /^(https?|wss?):/.test(name))
  .map(({ name, startTime, initiatorType }) => ({ url: name, time: performance.timeOrigin + startTime, cause: initiatorType }));
