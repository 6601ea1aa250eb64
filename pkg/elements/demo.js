/** <ganomaly-demo>: one image on its way through GANomaly, to its score and the verdict. */
import { CHART_STYLE } from "../charts/style.js";
import { el } from "../dom.js";
import { methodOf } from "../methods.js";
import { isFlagged } from "../rules.js";
import { Codes } from "./demo/codes.js";
import { Flow } from "./demo/flow.js";
import { Picker } from "./demo/picker.js";
import { ScoreAxis } from "./demo/score-axis.js";
import { DEMO_STYLE } from "./demo/style.js";
import { define, GanomalyElement, Mistake } from "./element.js";
import { entryOf, modelOf, presetId } from "./model.js";
import { samplesOf } from "./presets.js";

/** @typedef {{ source: "sample" | "drawing" | "file", blob: Blob, label: string | null, isAnomaly: boolean | null }} Choice label and isAnomaly: of a sample */

export class GanomalyDemo extends GanomalyElement {
  #picker;
  #flow;
  #codes;
  #axis;
  /** @type {Choice | null} what was chosen last, perhaps before the model was there */
  #choice = null;
  /** @type {((choice: Choice) => Promise<void>) | null} */
  #score = null;

  styles() { return [CHART_STYLE, DEMO_STYLE]; }

  draw(body) {
    presetId(this); // a wrong attribute is said before anything is shown
    const text = this.text.demo;
    this.#choice = null;
    this.#score = null;
    this.#picker = new Picker(text, this.seed, (choice) => this.#choose(choice));
    this.#flow = new Flow(text);
    this.#codes = new Codes(text);
    this.#axis = new ScoreAxis(text, this.text.starting);
    const place = el("div", { class: "demo", ondragover: (event) => event.preventDefault(), ondrop: (event) => this.attempt(() => this.#picker.drop(event)) },
      this.#picker.root, el("div", { class: "work" }, this.#flow.root, this.#codes.root), this.#axis.root);
    body.append(place);
  }

  async begin() {
    const { signal } = this.life;
    const entry = await entryOf(this);
    const { dataset, anomalousClasses } = entry.card.data;
    const showSamples = samplesOf(dataset, this.text).then((sheet) => {
      if (!signal.aborted) this.#picker.offer(sheet, anomalousClasses);
    });
    const [loaded, method] = await Promise.all([modelOf(this, entry), methodOf(entry.card.method), showSamples]);
    signal.throwIfAborted();
    this.#axis.calibrate(loaded);
    this.#codes.explain(loaded, method);
    this.#flow.name(method);
    this.#score = newestOnly((choice) => this.#scored(choice, loaded, signal));
    if (this.#choice) await this.#score(this.#choice);
  }

  #choose(choice) {
    this.#choice = choice;
    this.attempt(() => this.#score?.(choice));
  }

  async #scored(choice, { client, model, threshold }, signal) {
    if (signal.aborted) return;
    const [result] = await client.call("score", { images: [choice.blob], which: "base", pictures: true, model });
    if (signal.aborted) return;
    if (result.error) throw new Mistake(this.text.demo.unreadable(result.error));
    this.say("");
    this.#flow.show(result);
    this.#codes.show(result);
    this.#axis.show(result, choice);
    const verdict = threshold === null ? null : isFlagged(result.score, threshold) ? "anomaly" : "normal";
    this.tell("scored", { score: result.score, pValue: result.pValue, threshold, verdict, source: choice.source, label: choice.label, latents: result.latents });
  }
}

/** Does something again and again; of what is asked for while it is being done, only the newest is done after it. */
function newestOnly(work) {
  let newest = null;
  let running = null;
  const run = async () => {
    try {
      while (newest) {
        const now = newest;
        newest = null;
        await work(now);
      }
    } finally {
      running = null;
    }
  };
  return (asked) => {
    newest = asked;
    running ??= run();
    return running;
  };
}

define("ganomaly-demo", GanomalyDemo);
