/** What the tool asks of the engine. Images go there as blobs, a few at a time; the worker reads their bytes. */
import { EngineClient } from "../pkg/engine/client.js";

/**
 * @typedef {{ size: number, channels: number, epochs: number, batchSize: number, learningRate: number, training: number,
 *   validation: number, calibration: number, strictestRate: number, sample: number[] }} Recipe settings, how many images
 *   have which role, and the places of some to look at beforehand
 * @typedef {{ score: number, pValue: number } | { error: string }} Judgement
 */
export class Detector {
  client;

  /** @param {(status: import("../pkg/engine/client.js").EngineStatus) => void} onStatus @param {(error: Error) => void} onFailure */
  constructor(onStatus, onFailure) {
    this.client = new EngineClient(onStatus, onFailure);
  }

  /** What learning would do with so many images. @param {number} count @param {import("./project.js").Settings} settings @returns {Promise<Recipe>} */
  async recipe(count, settings) {
    const { model, training, shares, strictestRate, sample } = await this.client.call("recipe", { count, request: requestOf("", settings), base: null });
    const { epochs, batchSize, learningRate } = training;
    return { size: model.size, channels: model.channels, epochs, batchSize, learningRate, ...shares, strictestRate, sample };
  }

  /**
   * @param {{ normals: Blob[], name: string, settings: import("./project.js").Settings, base: Blob | null, checkpoint: Blob | null }} params
   *   base: weights to start from
   * @param {(event: any) => void} onEvent
   * @returns {Promise<any>} the model, which the engine then holds, or { cancelled: true }
   */
  learn({ normals, name, settings, base, checkpoint }, onEvent) {
    return this.client.learn({ normals, request: requestOf(name, settings), base, checkpoint }, onEvent);
  }

  /** Whether most of some images are coloured. @param {Blob[]} images @returns {Promise<boolean>} */
  areColoured(images) {
    return this.client.call("areColoured", { images });
  }

  /** How ordinary images are to models, see pkg/engine/host.js. @param {Blob[]} models @param {Blob[]} images @returns {Promise<number[]>} */
  familiarity(models, images, { framing }) {
    return this.client.call("familiarity", { models, images, framing: framingOf(framing) });
  }

  /** @param {Blob} weights */
  load(weights) {
    return this.client.loadInsisting(weights);
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
function requestOf(name, { framing, seed, size, channels, epochs, batchSize, learningRate, augmentation }) {
  const given = Object.entries({ size, channels, epochs, batchSize, learningRate, augmentation }).filter(([, value]) => value != null);
  return { name, seed, framing: framingOf(framing), ...Object.fromEntries(given) };
}

const framingOf = ({ region, tiles }) => ({ region: region ?? { left: 0, top: 0, width: 1, height: 1 }, tiles });
