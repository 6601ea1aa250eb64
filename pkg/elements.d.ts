/**
 * The elements, for `import "ganomaly/elements"` (all) or `import "ganomaly/elements/demo.js"` (one). README.md lists their
 * attributes; where both `preset` and `anomaly` are given, `preset` counts. A wrong value is said in the element itself, as is
 * whatever else fails.
 */

import type { Losses } from "./index.js";

/** What all elements have in common. */
export interface GanomalyElement extends HTMLElement {
  addEventListener<Name extends keyof GanomalyEvents>(
    type: Name,
    listener: (this: this, event: GanomalyEvents[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** `<ganomaly-train>`: what a page may call, as its buttons do. */
export interface GanomalyTrain extends GanomalyElement {
  /** Trains, as fast as the processor allows, while the element is on the screen. */
  play(): void;
  pause(): void;
  /** One step of training, then it pauses. */
  step(): void;
  /** While it plays: one step a second, or as fast as it can. */
  slow(isSlow: boolean): void;
  /** Throws the networks away and begins with new ones, from the seed that is set. */
  anew(): Promise<void>;
}

/** `<ganomaly-network>`, with the numbers that it shows. */
export interface GanomalyNetwork extends GanomalyElement {
  /** From x to z'; empty until an image has gone through. */
  readonly layers: readonly Layer[];
}

/** A layer at work on an image. Lists of numbers are in the order [maps, height, width]. */
export interface Layer {
  /** As the attribute `layer` names it, with a prime ′ for an apostrophe: e1, z, d1, x′, e′1. */
  symbol: string;
  network: "encoder" | "decoder" | "second-encoder";
  kind: "convolution" | "transposed-convolution";
  kernel: number;
  stride: number;
  padding: number;
  activation: "leaky-relu" | "relu" | "tanh" | "linear";
  /** Maps, height, width. */
  input: [number, number, number];
  output: [number, number, number];
  inputs: Float32Array;
  inputSymbol: string;
  maps: Float32Array;
  weights: Float32Array;
  /** Scale, shift, mean and variance of every map, one after the other; nothing without batch norm. */
  norm: Float32Array | null;
}

/** What elements tell the page. The events bubble, so that one listener on `document` hears them all. */
export interface GanomalyEvents {
  /** Something failed in an element; the sentence stands in it, too. */
  "ganomaly-error": CustomEvent<{ message: string }>;
  /** `<ganomaly-demo>` has scored an image. */
  "ganomaly-scored": CustomEvent<{
    score: number;
    /** Share of normal images that score as high as this, 0 to 1. */
    pValue: number;
    /** Above which at most 5 % of normal images lie; null where that cannot be promised, and then there is no verdict. */
    threshold: number | null;
    verdict: "normal" | "anomaly" | null;
    source: "sample" | "drawing" | "file";
    /** Of a sample: what it shows, in the element's language, such as “digit 2”. */
    label: string | null;
    /** z and z'. */
    latents: [ArrayLike<number>, ArrayLike<number>];
  }>;
  /** The threshold of `<ganomaly-roc>` was moved. */
  "ganomaly-threshold": CustomEvent<{
    threshold: number;
    truePositives: number;
    falsePositives: number;
    trueNegatives: number;
    falseNegatives: number;
    /** Share of the anomalies that are above the threshold, 0 to 1. */
    tpr: number;
    /** Share of the normal images that are. */
    fpr: number;
    auc: number;
  }>;
  /** `<ganomaly-train>` has done a step. */
  "ganomaly-step": CustomEvent<{ step: number; losses: Losses[] }>;
  /** `<ganomaly-train>` has scored the digits that are held out. */
  "ganomaly-look": CustomEvent<{ step: number; normal: ArrayLike<number>; anomalous: ArrayLike<number>; auc: number }>;
  /** `<ganomaly-network>` shows a layer. */
  "ganomaly-layer": CustomEvent<{ layer: string; name: string }>;
  /** `<ganomaly-network>` shows the arithmetic of a pixel: its value in the map, and computed by hand. */
  "ganomaly-pixel": CustomEvent<{ layer: string; map: number; x: number; y: number; value: number; computed: number }>;
  /** `<ganomaly-latent>` has drawn its map of so many images. */
  "ganomaly-mapped": CustomEvent<{ method: "pca" | "tsne"; images: number }>;
  /** An image was chosen in `<ganomaly-latent>`; z is of the image, `again` of its reconstruction. */
  "ganomaly-selected": CustomEvent<{
    index: number;
    class: string;
    isAnomaly: boolean;
    isFlagged: boolean;
    score: number;
    z: ArrayLike<number>;
    again: ArrayLike<number>;
  }>;
}

declare global {
  interface HTMLElementTagNameMap {
    "ganomaly-demo": GanomalyElement;
    "ganomaly-roc": GanomalyElement;
    "ganomaly-train": GanomalyTrain;
    "ganomaly-network": GanomalyNetwork;
    "ganomaly-latent": GanomalyElement;
  }
  interface DocumentEventMap extends GanomalyEvents {}
}
