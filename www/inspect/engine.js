/** What the tool asks of the engine. Images go there as blobs, a few at a time; the worker reads their bytes. */
import { EngineClient, EngineRestarted } from "../engine/client.js";

export { EngineRestarted };

/**
 * @typedef {{ shares: { training: number, validation: number, calibration: number }, strictestRate: number, model: any, training: any }} Recipe
 *   see src/learning.rs
 * @typedef {{ score: number, pValue: number } | { error: string }} Judgement
 */
export class Detector {
  client;

  /** @param {(status: import("../engine/client.js").EngineStatus) => void} onStatus @param {(error: Error) => void} onFailure */
  constructor(onStatus, onFailure) {
    this.client = new EngineClient(onStatus, onFailure);
  }

  /** What learning would do with so many images. @param {number} count @param {import("./project.js").Settings} settings @returns {Promise<Recipe>} */
  recipe(count, settings) {
    return this.client.call("recipe", { count, request: requestOf("", settings), base: null });
  }

  /**
   * @param {{ normals: Blob[], name: string, settings: import("./project.js").Settings, checkpoint: Blob | null }} params
   * @param {(event: any) => void} onEvent
   * @returns {Promise<any>} the model, which the engine then holds, or { cancelled: true }
   */
  learn({ normals, name, settings, checkpoint }, onEvent) {
    return this.client.learn({ normals, request: requestOf(name, settings), base: null, checkpoint }, onEvent);
  }

  /** A worker that is replaced meanwhile, because of another backend, is followed by one that can load as well. @param {Blob} weights */
  async load(weights) {
    for (;;) {
      try {
        return await this.client.load(weights);
      } catch (error) {
        if (!(error instanceof EngineRestarted) || error.crashed) throw error;
      }
    }
  }

  /** @param {Blob[]} images @returns {Promise<Judgement[]>} in their order */
  score(images) {
    return this.client.call("score", { images, which: "base", pictures: false });
  }

  /** @param {Blob} image @returns {Promise<any>} see Explanation in src/explanation.rs, or { error } */
  explain(image) {
    return this.client.call("explain", { image, which: "base" });
  }

  /** @param {Float64Array} pValues @param {number} rate 0..1 @returns {Promise<number | null>} the largest p-value that is flagged */
  discoveryLimit(pValues, rate) {
    return this.client.call("discoveryLimit", { pValues, rate });
  }

  /**
   * @param {Float32Array} normal scores of images known to be normal @param {Float32Array} anomalous of others
   * @returns {Promise<{ auc: number, prAuc: number, bestF1: number, bestF1Threshold: number, roc: [number, number][] }>}
   */
  judge(normal, anomalous) {
    return this.client.call("judge", { normal, anomalous });
  }
}

/** What the engine is asked for; where a setting is null, the recipe decides. */
function requestOf(name, { framing, seed, size, channels, epochs, batchSize, learningRate }) {
  const given = Object.entries({ size, channels, epochs, batchSize, learningRate }).filter(([, value]) => value !== null);
  const region = framing.region ?? { left: 0, top: 0, width: 1, height: 1 };
  return { name, seed, framing: { ...framing, region }, ...Object.fromEntries(given) };
}
