/**
 * What the stand-ins for the engine have in common. They answer in the engine's words: rules/stand-ins.test.js has their types checked
 * against those of the WebAssembly module.
 * @import { Calibration, Explanation, Found, ImageResult, Judgement, LearnResult, ModelCard, Picture, Recipe, Suited, TrainingEvent } from "../../pkg/wasm/ganomaly.js"
 */

/** @typedef {import("../../pkg/wasm/ganomaly.js").Sorted} Sorted */
/** @typedef {{ card: ModelCard, calibration: Calibration }} Loaded */
/** @typedef {LearnResult & { weights: Blob, calibration: Calibration } | { cancelled: true }} Learnt */
/** @typedef {TrainingEvent | { type: "read", done: number, total: number } | { type: "checkpoint", epoch: number, bytes: Blob }} RunEvent */

/**
 * The methods of pkg/engine/host.js that the tool for images of one's own calls.
 * @typedef {object} Engine
 * @property {(params: any) => Promise<{ backend: "cpu" | "webgpu", adapter: string, reason: string }>} start
 * @property {(params: any) => Promise<Loaded>} load
 * @property {(params: any) => Promise<Recipe>} recipe
 * @property {(params: any, call: { send: (event: RunEvent) => void }) => Promise<Learnt>} learn
 * @property {(params: { paths: string[] }) => Promise<Sorted[]>} sortFiles
 * @property {(params: any) => void} control
 * @property {(params: any) => Promise<Suited>} suited
 * @property {(params: any) => Promise<Picture | null>} asSeen
 * @property {(params: any) => Promise<Found>} found
 * @property {(params: any) => Promise<Picture[]>} defects
 * @property {(params: { images: Blob[] }) => Promise<ImageResult[]>} score
 * @property {(params: { image: Blob }) => Promise<Explanation | { error: string }>} explain
 * @property {(params: any) => Promise<boolean>} hasDrifted
 * @property {(params: any) => Promise<number | null>} discoveryLimit
 * @property {(params: any) => Promise<Judgement>} judge
 */

/** @param {string} name @param {{ size?: number, channels?: number, epochsTrained?: number }} [about] @returns {ModelCard} */
export const cardOf = (name, { size = 32, channels = 1, epochsTrained = 0 } = {}) => ({
  name, epochsTrained, method: "ganomaly", model: { size, channels, latentSize: 100, features: 16 }, training: trainingOf({}),
  settings: { lossWeights: { adversarial: 1, contextual: 50, encoder: 1 } }, data: { dataset: "own", anomalousClasses: [], normalImages: 20, terms: "" }, software: "a stand-in",
});

/** @param {{ epochs?: number, batchSize?: number, learningRate?: number }} settings @returns {Required<Pick<ModelCard["training"], "epochs" | "batchSize">> & ModelCard["training"]} */
export const trainingOf = ({ epochs = 6, batchSize = 16, learningRate = 0.0002 }) => ({
  epochs, batchSize, learningRate, beta1: 0.5, beta2: 0.999, augmentation: "none", seed: 1,
});

/** Of rising scores. @param {number[]} scores @returns {Calibration} */
export function calibrationOf(scores) {
  const rates = Array.from({ length: 21 }, (_, rate) => rate);
  const above = (rate) => Math.floor((rate / 100) * (scores.length + 1) + 1e-9) - 1;
  return {
    scores, strictestRate: 1 / (scores.length + 1), origin: 0,
    thresholds: rates.map((rate) => (above(rate) < 0 ? undefined : scores[scores.length - above(rate) - 1])),
    intervals: rates.map((rate) => (above(rate) < 0 ? undefined : [rate / 300, rate / 50])),
  };
}
