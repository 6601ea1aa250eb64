/** The few DOM helpers that all views share. */
import { language } from "./text.js";

/** @param {string} id @returns {any} the element with that id */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. Properties that start with "on" are listeners, true and false set or leave out an attribute.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same for SVG. @param {string} tag @param {Record<string, any>} [properties] @param {...(Node | string)} children */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** @param {string} css @returns {CSSStyleSheet} no <style> element, which a content policy might forbid */
export function sheetOf(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** Sets the text only when it changes, so that screen readers are not told the same thing again. */
export function setText(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

/**
 * Draws a picture of the engine at its own size; the style sheet scales it up.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./engine/client.js").Picture} picture
 */
export function drawPicture(canvas, picture) {
  canvas.hidden = !picture;
  if (!picture) return;
  const { width, height, rgba } = picture;
  canvas.width = width;
  canvas.height = height;
  const pixels = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
}

/** A canvas that shows a picture; hidden from assistive technology, because its text stands beside it. */
export function pictureCanvas(picture) {
  const canvas = el("canvas", { class: "picture", "aria-hidden": "true" });
  if (picture) drawPicture(canvas, picture);
  return canvas;
}

/** @param {"normal" | "anomaly" | "unreadable"} verdict */
export function verdictIcon(verdict) {
  const paths = {
    normal: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM7 11.2 3.9 8.1l1.3-1.3L7 8.6l3.9-3.9 1.3 1.3z",
    anomaly: "M8 1 15.5 15H.5zM7.1 6v4.4h1.8V6zM7.1 11.5v1.8h1.8v-1.8z",
    unreadable: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM4 7h8v2H4z",
  };
  return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("path", { d: paths[verdict], "fill-rule": "evenodd" }));
}

/** Offers bytes as a download. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = el("a", { href: url, download: name });
  link.click();
  // The browser reads the blob after the click returns.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Moves to an element without an animation where the visitor asked for none. */
export function scrollTo(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}

/**
 * Puts the texts in their places: data-text is an element's text, data-label its name for assistive technology. The
 * style sheet shows nothing before.
 * @param {object} text of the page
 * @param {string} title of the page
 */
export function fillTexts(text, title) {
  document.documentElement.lang = language;
  document.title = title;
  const find = (path) => path.split(".").reduce((part, key) => part[key], text);
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = find(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", find(element.dataset.label));
  document.documentElement.classList.add("filled");
}
