/** Part 2, after learning: what the model sees of defects that were drawn into normal images, in a sentence and in pictures. */
import { byId, drawPicture, el, setText } from "../pkg/dom.js";
import { text } from "../text/inspect.js";
import { rateOf, thresholdAt } from "./results/ruling.js";
import { isTraining } from "./store.js";

const words = text.sight;
/** Defects of a size count as found from this share of them on, as in src/learning/sight.rs. */
const MOST = 0.75;

/** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace @param {import("../pkg/engine/client.js").EngineClient} client */
export function showSight(store, workspace, client) {
  const panel = new SightPanel(store, workspace, client);
  byId("learn-sight").append(...panel.parts);
  store.watch(["project", "model", "settings", "run", "modelReady", "engine"], (state) => panel.draw(state));
}

class SightPanel {
  parts;
  #store;
  #workspace;
  #client;
  #sentence = el("p", { "data-testid": "sight-words", role: "status" });
  #useless = el("p", { class: "message warning", "data-testid": "sight-useless", hidden: true }, words.useless);
  #table = el("table", { class: "sight-pictures" });
  #trouble = el("p", { class: "quiet" });
  #details = el("details", { "data-testid": "sight-details", ontoggle: () => this.#drawPictures() }, el("summary", {}, words.pictures),
    el("p", { class: "quiet" }, words.caption), el("div", { class: "sight-scroll", tabindex: 0, role: "region", "aria-label": words.pictures }, this.#table), this.#trouble);
  /** What is shown. @type {{ sight: any, limit: number | null }} */
  #shown = { sight: null, limit: null };
  /** Whether the table is that of what is shown. */
  #tabled = false;
  /** The pictures, and the model that they are of. @type {{ sight: any, pictures: Promise<any[]> | null }} */
  #drawn = { sight: null, pictures: null };

  constructor(store, workspace, client) {
    this.#store = store;
    this.#workspace = workspace;
    this.#client = client;
    this.parts = [el("h4", {}, words.heading), this.#sentence, this.#useless, el("p", { class: "quiet" }, words.real), this.#details];
  }

  draw(state) {
    const { project, engine } = state;
    const sight = project?.model?.sight ?? null;
    const rate = sight ? rateOf(project) : 0;
    const limit = sight ? thresholdAt(project.model.calibration, rate) : null;
    byId("learn-sight").hidden = isTraining(state) || !(sight?.trials.length > 0) || limit === null;
    if (byId("learn-sight").hidden || !engine) return;
    if (sight !== this.#shown.sight || limit !== this.#shown.limit) {
      this.#shown = { sight, limit };
      this.#tabled = false;
      this.#say(sight, limit, rate);
    }
    this.#drawPictures();
  }

  async #say(sight, limit, rate) {
    const found = await this.#client.call("found", { sight, limit }).catch(() => null);
    if (!found || this.#shown.sight !== sight || this.#shown.limit !== limit) return;
    const seen = found.seen.filter((one) => one.from != null).map(({ defect, from }) => words.from(words.names[defect], Math.max(1, Math.round(from))));
    const missed = found.seen.filter((one) => one.from == null).map(({ defect }) => words.names[defect]);
    const said = [...(seen.length > 0 ? [words.finds(listed(seen))] : []), ...(missed.length > 0 ? [words.misses(listed(missed))] : [])];
    setText(this.#sentence, `${words.lead(rate)} ${said.join("; ")}.`);
    byId("learn-sight").dataset.useful = String(found.isUseful);
    this.#useless.hidden = found.isUseful;
  }

  /** Draws the table anew for another model or limit; its pictures only for another model. */
  async #drawPictures() {
    const shown = this.#shown;
    const { project, modelReady } = this.#store.state;
    if (!this.#details.open || !shown.sight || !modelReady || this.#tabled) return;
    this.#tabled = true;
    const canvases = this.#drawTable(shown.sight, shown.limit);
    if (this.#drawn.sight !== shown.sight) this.#drawn = { sight: shown.sight, pictures: this.#picturesOf(project.model) };
    try {
      const pictures = await this.#drawn.pictures;
      if (this.#shown === shown) canvases.forEach((canvas, index) => drawPicture(canvas, pictures[index]));
      setText(this.#trouble, "");
    } catch (error) {
      this.#drawn = { sight: null, pictures: null };
      if (this.#shown === shown) setText(this.#trouble, words.failed(error.message));
    }
  }

  async #picturesOf(model) {
    return this.#client.call("defects", { image: await this.#workspace.image(model.trainedOn[0]) });
  }

  #drawTable({ pixels, trials }, limit) {
    const kinds = [...new Set(trials.map((trial) => trial.defect))];
    const sizes = [...new Set(trials.map((trial) => trial.share))];
    const cells = trials.map(({ defect, share, scores }) => {
      const found = scores.filter((score) => score > limit).length;
      const counted = words.found(found, scores.length);
      const canvas = el("canvas", { role: "img", "aria-label": words.picture(words.names[defect], sizeOf(pixels, share), counted) });
      return { canvas, cell: el("td", { "data-testid": "sight-picture", "data-found": String(found >= MOST * scores.length) }, canvas, el("span", {}, counted)) };
    });
    const rows = kinds.map((kind) => el("tr", {}, el("th", { scope: "row" }, words.names[kind] ?? kind), ...cells.filter((_, index) => trials[index].defect === kind).map(({ cell }) => cell)));
    this.#table.replaceChildren(el("thead", {}, el("tr", {}, el("th", { scope: "col" }, words.kind), ...sizes.map((share) => el("th", { scope: "col" }, words.size(sizeOf(pixels, share)))))), el("tbody", {}, ...rows));
    return cells.map(({ canvas }) => canvas);
  }
}

const sizeOf = (pixels, share) => Math.max(1, Math.round(pixels * share));
const listed = (items) => items.join(", ");
