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

/** What elements tell the page. The events bubble, so that one listener on `document` hears them all. */
export interface GanomalyEvents {
  /** Something failed in an element; the sentence stands in it, too. */
  "ganomaly-error": CustomEvent<{ message: string }>;
  /** `<ganomaly-demo>` has scored an image; `source` says where it comes from, `threshold` is missing where none can be promised. */
  "ganomaly-scored": CustomEvent<{
    score: number;
    pValue: number;
    threshold: number | null;
    verdict: "normal" | "anomaly" | null;
    source: string;
    label?: string;
    latents: [number[], number[]];
  }>;
  /** The threshold of `<ganomaly-roc>` was moved. */
  "ganomaly-threshold": CustomEvent<{
    threshold: number;
    truePositives: number;
    falsePositives: number;
    trueNegatives: number;
    falseNegatives: number;
    auc: number;
  }>;
  /** `<ganomaly-train>` has done a step. */
  "ganomaly-step": CustomEvent<{ step: number; losses: Losses[] }>;
  /** `<ganomaly-train>` has scored the digits that are held out. */
  "ganomaly-look": CustomEvent<{ step: number; normal: number[]; anomalous: number[]; auc: number }>;
  /** `<ganomaly-network>` shows a layer. */
  "ganomaly-layer": CustomEvent<{ layer: string; name: string }>;
  /** `<ganomaly-network>` shows the arithmetic of a pixel: its value in the map, and computed by hand. */
  "ganomaly-pixel": CustomEvent<{ layer: string; map: number; x: number; y: number; value: number; computed: number }>;
  /** `<ganomaly-latent>` has drawn its map of so many images. */
  "ganomaly-mapped": CustomEvent<{ method: string; images: number }>;
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
    "ganomaly-train": GanomalyElement;
    "ganomaly-network": GanomalyElement;
    "ganomaly-latent": GanomalyElement;
  }
  interface DocumentEventMap extends GanomalyEvents {}
}
