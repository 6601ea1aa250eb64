/** Tries to reach another site, to see whether the browser refuses it. Works in a page and in a worker. */

/** Nobody can have this name: .invalid is reserved. Nothing is told to it but that somebody asks. */
export const NOBODY = "ganomaly-privacy-check.invalid";

/** So long the browser may take to say that it refused. */
const ANSWER_MS = 3000;

/** @typedef {{ refused: boolean, rule: string }} Outcome the rule of the content policy that the browser named */

/** @param {string} kind @returns {Promise<Outcome>} */
export const attemptFetch = (kind) => attempt(kind, (url) => { fetch(url, { mode: "no-cors" }).catch(() => {}); });

/** @param {string} kind @returns {Promise<Outcome>} */
export const attemptImage = (kind) => attempt(kind, (url) => { new Image().src = url; });

/** A failed request proves nothing, the site may be down: only the browser's own word counts. */
function attempt(kind, reach) {
  const url = `https://${NOBODY}/${kind}`;
  return new Promise((resolve) => {
    const end = (outcome) => {
      removeEventListener("securitypolicyviolation", violated);
      clearTimeout(patience);
      resolve(outcome);
    };
    const violated = ({ blockedURI, disposition, effectiveDirective }) => {
      if (disposition === "enforce" && [url, `https://${NOBODY}`].includes(blockedURI)) end({ refused: true, rule: effectiveDirective });
    };
    const patience = setTimeout(() => end({ refused: false, rule: "" }), ANSWER_MS);
    addEventListener("securitypolicyviolation", violated);
    reach(url);
  });
}
