/**
 * The one element of embed.html, for frames: embed.html?element=roc&preset=mnist-2. `element` is demo (without it), roc,
 * train, network or latent; the attributes that this element knows may stand in the address, too, and no others. The page
 * around the frame is told its height: a message { type: "ganomaly-height", height }, in CSS pixels.
 */
import "./elements/index.js";

const ELEMENTS = ["demo", "roc", "train", "network", "latent"];
const THEMES = ["light", "dark"];

const given = new URLSearchParams(location.search);
const name = given.get("element") ?? "demo";
const root = document.documentElement;
root.lang = given.get("lang") ?? "en";
// As the elements take it: what is neither is the reader's choice.
root.style.colorScheme = THEMES.includes(given.get("theme")) ? given.get("theme") : "light dark";
// Of the page nothing is to be seen beside the figure, whatever the colours of the page around.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  body { margin: 0; display: flow-root; background: light-dark(#ffffff, #1d2126); font-family: system-ui, sans-serif; }
  body > * { margin: 0; }
`);
document.adoptedStyleSheets = [sheet];
document.body.append(ELEMENTS.includes(name) ? made(`ganomaly-${name}`) : `There is no element “${name}”. Use ${ELEMENTS.join(", ")}.`);
if (parent !== window) new ResizeObserver(tellHeight).observe(document.body);

function made(tag) {
  const element = document.createElement(tag);
  for (const attribute of customElements.get(tag).observedAttributes) {
    if (given.has(attribute)) element.setAttribute(attribute, given.get(attribute));
  }
  return element;
}

/** To whoever it is: a height is no secret. */
function tellHeight() {
  parent.postMessage({ type: "ganomaly-height", height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
}
