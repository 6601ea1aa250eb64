/** What a student may turn: the weights of the losses, nz, which digit the networks never see, and the seed. */
import { el, setText } from "../../dom.js";

const LARGEST_WEIGHT = { adversarial: 10, contextual: 100, encoder: 10 };
const STEP = { adversarial: 0.5, contextual: 1, encoder: 0.5 };
const LATENT_SIZES = [1, 2, 4, 8, 16, 32, 64, 128];
const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/**
 * @typedef {{ weights: () => void, networks: () => void }} Changed weights: those of the losses, which a run can go on with;
 *   networks: what needs new ones
 * @typedef {{ anomaly: string, seed: number, size: number, latentSize: number, weights: import("./run.js").Weights }} Chosen
 */

/**
 * @param {any} text of this element
 * @param {Chosen} chosen is changed
 * @param {Changed} changed is told
 */
export function controls(text, chosen, changed) {
  const sliders = ["contextual", "encoder", "adversarial"].map((name) => weightSlider(text, name, chosen, changed.weights));
  const [, , adversarial] = sliders;
  const matching = featureMatching(text, chosen, adversarial.show, changed.weights);
  adversarial.root.addEventListener("change", matching.show);
  return el("fieldset", {}, el("legend", {}, text.settings),
    el("div", { class: "settings" }, ...sliders.map(({ root }) => root), matching.root,
      ownOrOneOf(LATENT_SIZES, text.latentSize, chosen, "latentSize", changed.networks), anomaly(text, chosen, changed.networks), ownOrOneOf(SEEDS, text.seed, chosen, "seed", changed.networks)),
    el("p", { class: "quiet" }, text.settingsHint));
}

function slider(title, { min, max, step }, shown, value, chose) {
  const output = el("span", { class: "number" }, shown(value));
  const input = el("input", { type: "range", min, max, step, value });
  input.addEventListener("input", () => setText(output, shown(Number(input.value))));
  input.addEventListener("change", () => chose(Number(input.value)));
  const show = (now) => {
    input.value = String(now);
    setText(output, shown(now));
  };
  return { root: el("label", {}, el("span", {}, title, output), input), show };
}

function weightSlider(text, name, chosen, changed) {
  return slider(text.weight[name], { min: 0, max: LARGEST_WEIGHT[name], step: STEP[name] }, String, chosen.weights[name], (value) => {
    chosen.weights[name] = value;
    changed();
  });
}

/** Off is an adversarial weight of 0; on again is what it was. */
function featureMatching(text, chosen, showWeight, changed) {
  let weight = chosen.weights.adversarial || 1;
  const box = el("input", { type: "checkbox" });
  const show = () => { box.checked = chosen.weights.adversarial > 0; };
  show();
  box.addEventListener("change", () => {
    weight = chosen.weights.adversarial || weight;
    chosen.weights.adversarial = box.checked ? weight : 0;
    showWeight(chosen.weights.adversarial);
    changed();
  });
  return { root: el("label", { class: "check" }, box, text.featureMatching), show };
}

/** A choice among numbers, and what the page chose. */
function ownOrOneOf(usual, title, chosen, name, changed) {
  const numbers = [...new Set([...usual, chosen[name]])].sort((some, other) => some - other);
  return choice(title, numbers.map(String), String(chosen[name]), (value) => {
    chosen[name] = Number(value);
    changed();
  });
}

function anomaly(text, chosen, changed) {
  return choice(text.anomaly, [..."0123456789"], chosen.anomaly, (value) => {
    chosen.anomaly = value;
    changed();
  });
}

function choice(title, values, value, chose) {
  const select = el("select", {}, ...values.map((one) => el("option", { selected: one === value }, one)));
  select.addEventListener("change", () => chose(select.value));
  return el("label", {}, el("span", {}, title), select);
}
