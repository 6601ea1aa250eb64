/** Above the results: false alarms that can be learnt from, and a word where the new images are unlike the normal ones as a whole. */
import { byId, el, setText } from "../../pkg/dom.js";
import { text } from "../../text/results.js";
import { isOwner, isTraining } from "../store.js";
import { rateOf, verdictOf } from "./ruling.js";

/**
 * @param {import("../store.js").InspectStore} store @param {import("./findings.js").Findings} findings
 * @param {import("../taking-in.js").TakingIn} takingIn @param {import("../../pkg/engine/client.js").EngineClient} client
 */
export function showAdvice(store, findings, takingIn, client) {
  const words = el("p", { "data-testid": "take-in-words" });
  const take = el("button", { type: "button", "data-testid": "take-in", onclick: () => takingIn.take(falseAlarms()) }, text.takingIn.take);
  const notice = el("div", { class: "message info advice", "data-testid": "take-in-notice", hidden: true }, words, take);
  const drift = el("div", { class: "message warning advice", "data-testid": "drift", role: "status", hidden: true }, el("p", {}, text.drift));
  byId("images-toolbar").before(drift, notice);

  let asked = "";
  const falseAlarms = () => store.state.project.images.filter((image) => image.review === "accepted" && verdictOf(image, findings.state.limit) === "anomaly");
  store.watch(["project", "images", "run", "access"], draw);
  findings.watch(["limit", "counts"], draw);

  function draw() {
    const { project } = store.state;
    const alarms = project?.model && isOwner(store.state) && !isTraining(store.state) ? falseAlarms() : [];
    notice.hidden = alarms.length === 0;
    if (alarms.length > 0) setText(words, text.takingIn.offer(alarms.length));
    watchDrift(project);
  }

  async function watchDrift(project) {
    const { counts } = findings.state;
    const held = project?.model?.calibration.scores.length ?? 0;
    const rate = held > 0 ? rateOf(project) : 0;
    // What a person has judged to be odd is no sign of another light.
    const pValues = held > 0 && counts.waiting === 0 ? project.images.filter((image) => image.pValue !== null && image.label !== "anomaly").map((image) => image.pValue) : [];
    const question = JSON.stringify([rate, held, pValues]);
    if (question === asked) return;
    asked = question;
    const has = pValues.length > 0 && await client.call("hasDrifted", { pValues: Float64Array.from(pValues), limit: rate / 100, calibration: held }).catch(() => false);
    if (asked === question) drift.hidden = !has;
  }
}
