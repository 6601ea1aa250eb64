/**
 * The parts 3 and 4 of a project beyond bringing and scoring: the list of results, the limit, the review, the
 * explanation, the camera, and the files to take away.
 *
 * What automated tests can rely on, beside what app.js names (each is both an id and a data-testid unless noted):
 *   filter, search, sort, review, images-shown, images-none; test ids view-grid, view-table, virtual-table, sort-<column>
 *   rate, promise, stricter, results-histogram, threshold-handle, batch, batch-rate
 *   viewer, viewer-name, viewer-progress, viewer-verdict, viewer-p-value, viewer-note, viewer-label, viewer-previous,
 *     viewer-accept, viewer-reject, viewer-next, viewer-undo, viewer-close, explain-state, explanation; test ids stage
 *     (data-shown), heat, heatmap-on, heatmap-<kind>, heat-opacity, terms, nearest, legend, viewer-live
 *   camera, camera-open, camera-start, camera-close, camera-keep-image, camera-keep-normal, camera-device, camera-state,
 *     camera-live
 *   take-csv, take-json, take-report, report-heatmaps, writing, writing-cancel
 *   known-panel, known-marked, known-results; test ids folders, roc, confusion, known-words, known-auc, known-f1
 *   take-in-notice, take-in-words, take-in, drift (test ids)
 */
import { showCamera } from "../camera/view-camera.js";
import { Explanations } from "./explanations.js";
import { Findings } from "./findings.js";
import { Review } from "./review.js";
import { showAdvice } from "./view-advice.js";
import { showFindings } from "./view-findings.js";
import { showKnown } from "./view-known.js";
import { showTakeAway } from "./view-take-away.js";
import { showThreshold } from "./view-threshold.js";
import { Viewer } from "./viewer.js";

/**
 * @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace @param {import("../../pkg/engine/client.js").EngineClient} client
 * @param {(part: "normals" | "images", brought: { files: { name: string, file: File }[] }) => Promise<void>} bring
 * @param {import("../taking-in.js").TakingIn} takingIn
 */
export function showResults(store, workspace, client, bring, takingIn) {
  const findings = new Findings(store, client);
  const review = new Review(store, workspace);
  const explanations = new Explanations(store, workspace, client);
  const viewer = new Viewer(store, workspace, findings, review, explanations);
  showFindings(store, workspace, findings, (images, id, onClose) => viewer.open(images, id, onClose));
  showAdvice(store, findings, takingIn, client);
  showThreshold(store, workspace, findings);
  showCamera(store, client, bring);
  showTakeAway(store, workspace, findings, explanations);
  showKnown(store, findings, review, client);
}
