/**
 * The one element of embed.html, for frames: embed.html?element=roc&preset=mnist-2. `element` is demo (without it), roc,
 * train, network or latent; the attributes that this element knows may stand in the address, too, and no others.
 */
import "./elements/index.js";

const ELEMENTS = ["demo", "roc", "train", "network", "latent"];

const given = new URLSearchParams(location.search);
const name = given.get("element") ?? "demo";
document.documentElement.lang = given.get("lang") ?? "en";
document.body.append(ELEMENTS.includes(name) ? made(`ganomaly-${name}`) : `There is no element “${name}”. Use ${ELEMENTS.join(", ")}.`);

function made(tag) {
  const element = document.createElement(tag);
  for (const attribute of customElements.get(tag).observedAttributes) {
    if (given.has(attribute)) element.setAttribute(attribute, given.get(attribute));
  }
  return element;
}
