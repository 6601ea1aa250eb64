/** Which policies this page is under, as far as a page can know. */
import { copyOfThisPage } from "../../shared/offline.js";

/** The first Chromium that enforces connection allowlists. */
const ALLOWLIST_SINCE = 152;

/**
 * @typedef {object} Policies
 * @property {string} own the content policy that stands in the page itself
 * @property {string | null} served the one that it was served with when its copy was made; null if that is not known
 * @property {string | null} allowlist the same of the connection allowlist; null if that is not known
 * @property {boolean} enforcesAllowlists whether this browser says that it is one that does
 * @property {boolean} isolated whether the page is shut off from other pages in the browser
 */

/** Asks nobody: a page cannot read its own headers, but the copy for use without a network has them. @returns {Promise<Policies>} */
export async function policiesInForce() {
  const kept = await copyOfThisPage();
  const header = (name) => (kept ? kept.headers.get(name) ?? "" : null);
  const { brands = [] } = /** @type {any} */ (navigator).userAgentData ?? {};
  return {
    own: document.querySelector("meta[http-equiv=Content-Security-Policy]")?.getAttribute("content") ?? "",
    served: header("content-security-policy"),
    allowlist: header("connection-allowlist"),
    enforcesAllowlists: brands.some(({ brand, version }) => brand === "Chromium" && Number(version) >= ALLOWLIST_SINCE),
    isolated: crossOriginIsolated,
  };
}
