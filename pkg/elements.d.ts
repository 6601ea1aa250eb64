/**
 * The elements, for `import "ganomaly/elements"` (all) or `import "ganomaly/elements/demo.js"` (one). README.md lists their
 * attributes. A wrong value is said in the element itself, as is whatever else fails.
 */

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
  /** `<ganomaly-demo>` has scored an image. */
  "ganomaly-scored": CustomEvent<{ score: number; [more: string]: unknown }>;
  /** The threshold of `<ganomaly-roc>` was moved. */
  "ganomaly-threshold": CustomEvent<{ threshold: number; [more: string]: unknown }>;
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
