/** What a person says about images: accepted, rejected, a note, what is known of them; each step can be undone. */

const MOST_UNDONE = 200;

/** @typedef {{ review?: "" | "accepted" | "rejected", note?: string, label?: "normal" | "anomaly" | undefined }} Said */

export class Review {
  #store;
  #workspace;
  /** Steps, each of one image or of many. @type {{ image: any, before: Said }[][]} */
  #done = [];

  /** @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace */
  constructor(store, workspace) {
    this.#store = store;
    this.#workspace = workspace;
    let project = null;
    store.watch(["project"], (state) => {
      if (state.project !== project) this.#done = [];
      project = state.project;
    });
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  /** Says something about an image, and takes note of what was said before. @param {any} image @param {Said} said @returns {boolean} whether it could be said */
  say(image, said) {
    if (this.#store.state.access !== "owner") return false;
    const names = Object.keys(said).filter((name) => image[name] !== said[name]);
    if (names.length === 0) return true;
    const before = Object.fromEntries(names.map((name) => [name, image[name]]));
    if (!this.#goesOnWriting(image, before)) this.#remember([{ image, before }]);
    this.#workspace.edit(() => Object.assign(image, said), "images");
    return true;
  }

  /** A note that is written bit by bit is one step. */
  #goesOnWriting(image, before) {
    const last = this.#done.at(-1)?.at(-1);
    const isNote = (said) => Object.keys(said).join() === "note";
    return last?.image === image && isNote(last.before) && isNote(before);
  }

  #remember(step) {
    this.#done.push(step);
    if (this.#done.length > MOST_UNDONE) this.#done.shift();
  }

  /** What is known of many images at once. @param {any[]} images @param {"normal" | "anomaly" | undefined} label */
  mark(images, label) {
    if (this.#store.state.access !== "owner") return;
    this.#remember(images.map((image) => ({ image, before: { label: image.label } })));
    this.#workspace.edit(() => { for (const image of images) image.label = label; }, "images");
  }

  /** Takes the last step back. @returns {any[]} the images that it was about */
  undo() {
    const step = this.#done.pop();
    if (!step) return [];
    this.#workspace.edit(() => { for (const { image, before } of step) Object.assign(image, before); }, "images");
    return step.map(({ image }) => image);
  }
}
