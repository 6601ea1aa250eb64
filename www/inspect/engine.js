/** What the tool asks of the engine. Images go there as blobs, a few at a time; the worker reads their bytes. */
import { EngineClient, EngineRestarted } from "../engine/client.js";

export { EngineRestarted };

/**
 * @typedef {{ size: number, channels: number, epochs: number, batchSize: number, learningRate: number, training: number,
 *   validation: number, calibration: number, strictestRate: number, enough: boolean, note?: string }} Recipe
 * @typedef {{ score: number, pValue: number, tile?: number } | { error: string }} Judgement
 */
export class Detector {
  client;

  /** @param {(status: import("../engine/client.js").EngineStatus) => void} onStatus @param {(error: Error) => void} onFailure */
  constructor(onStatus, onFailure) {
    this.client = new EngineClient(onStatus, onFailure);
  }

  /** What training would do with so many images. @returns {Promise<Recipe>} */
  recipe(images, { size, channels, epochs, batchSize, learningRate }) {
    return this.client.call("recipe", { images, ...given({ size, channels, epochs, batchSize, learningRate }) });
  }

  /**
   * @param {{ normals: Blob[], name: string, settings: import("./project.js").Settings, checkpoint: Blob | null }} params
   * @param {(event: any) => void} onEvent
   * @returns {Promise<any>} the model, which the engine then holds, or { cancelled: true }
   */
  async tune({ normals, name, settings, checkpoint }, onEvent) {
    const { framing, start, seed, ...rest } = settings;
    const result = await this.client.call("tune", { normals, checkpoint, settings: { name, framing, start, seed, ...given(rest) } }, onEvent);
    if (!result.cancelled) await this.load(result.weights);
    return result;
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

  /** @param {Blob} image */
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

/** Without what is null: there the recipe decides. */
const given = (settings) => Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined));
