/** GANomaly for programs; README.md shows its use, index.d.ts describes it. */
export { Detector } from "./api/detector.js";
export { presets } from "./api/presets.js";
