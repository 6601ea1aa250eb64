/** The list of what the page, its workers and the service worker asked of the network, and from when on it should be none. */
import { requestsOfServiceWorker } from "../../shared/offline.js";
import { requestsMade } from "../../pkg/requests.js";
import { NOBODY } from "./attempt.js";

/**
 * @typedef {import("../../pkg/requests.js").Request} Request
 * @typedef {Request & { who: string, isForeign: boolean, isAfter: boolean }} Entry
 */

const now = () => performance.timeOrigin + performance.now();
/** What the visitor had tried on purpose is no request: the browser refused it, or the page says that it did not. */
const isAttempt = ({ url }) => new URL(url).hostname === NOBODY;
/** Browsers look at the icon again when the address changes, as it does from project to project. */
const isForTheTab = ({ url, cause }) => cause === "other" && url === /** @type {HTMLLinkElement} */ (document.querySelector("link[rel=icon]")).href;

export class Ledger {
  #workers;
  #loaded = Infinity;
  /** @type {Request[]} */
  #page = [];
  /** @type {Map<string, Request[]>} the last answer of each worker, or of those that came before it */
  #told = new Map();
  #asking = new Set();

  /** @param {Record<string, () => Promise<Request[]>>} workers by what they are called */
  constructor(workers) {
    this.#workers = { ...workers, serviceWorker: requestsOfServiceWorker };
    this.#page.push({ url: location.href.split("#")[0], time: performance.timeOrigin, cause: "navigation" });
    new PerformanceObserver((list) => this.#page.push(...requestsMade(list.getEntries()))).observe({ type: "resource", buffered: true });
  }

  get isLoaded() {
    return this.#loaded < Infinity;
  }

  /** From here on, nothing should be asked of the network. */
  async markLoaded() {
    await this.ask();
    this.#loaded = Math.min(this.#loaded, now());
  }

  /** Asks the workers; one that does not answer for now is not waited for twice. */
  async ask() {
    await Promise.all(Object.entries(this.#workers).map(async ([who, requests]) => {
      if (this.#asking.has(who)) return;
      this.#asking.add(who);
      const told = await Promise.resolve().then(requests).catch(() => []);
      this.#asking.delete(who);
      this.#told.set(who, together(this.#told.get(who) ?? [], told));
    }));
  }

  /** @returns {Entry[]} the newest first; the service worker passes on what others ask for, which stands there once */
  entries() {
    const own = [["page", this.#page], ...[...this.#told].filter(([who]) => who !== "serviceWorker")];
    const asked = new Set(own.flatMap(([, requests]) => requests.map(({ url }) => url)));
    const copied = (this.#told.get("serviceWorker") ?? []).filter(({ url, time }) => time >= performance.timeOrigin && !asked.has(url));
    return [...own, ["serviceWorker", copied]]
      .flatMap(([who, requests]) => requests.filter((request) => !isAttempt(request)).map((request) => this.#entry(who, request)))
      .sort((a, b) => b.time - a.time);
  }

  #entry(who, request) {
    const { url, time } = request;
    const isBrowsers = isForTheTab(request);
    return { ...request, who: isBrowsers ? "browser" : who, isForeign: new URL(url).host !== location.host, isAfter: time > this.#loaded && !isBrowsers };
  }
}

/** A worker that was replaced no longer tells what it asked for. */
function together(before, told) {
  const known = new Set(before.map(({ url, time }) => `${time} ${url}`));
  return [...before, ...told.filter(({ url, time }) => !known.has(`${time} ${url}`))];
}
