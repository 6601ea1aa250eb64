/** What a person says about images: accepted, rejected, a note, what is known of them; each step can be undone. */

const MOST_UNDONE = 200;

/** @typedef {{ review?: "" | "accepted" | "rejected", note?: string, label?: "normal" | "anomaly" | undefined }} Said */

export class Review {
  #store;
  #workspace;
  /** @type {{ image: any, before: Said }[]} */
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
    if (!this.#goesOnWriting(image, before)) this.#done.push({ image, before });
    if (this.#done.length > MOST_UNDONE) this.#done.shift();
    this.#workspace.edit(() => Object.assign(image, said), "images");
    return true;
  }

  /** A note that is written bit by bit is one step. */
  #goesOnWriting(image, before) {
    const last = this.#done.at(-1);
    const isNote = (said) => Object.keys(said).join() === "note";
    return last?.image === image && isNote(last.before) && isNote(before);
  }

  /** What is known of many images at once. @param {any[]} images @param {"normal" | "anomaly" | undefined} label */
  mark(images, label) {
    this.#workspace.edit(() => { for (const image of images) image.label = label; }, "images");
  }

  /** Takes the last step back. @returns {any} the image, or null if there was none */
  undo() {
    const last = this.#done.pop();
    if (!last) return null;
    this.#workspace.edit(() => Object.assign(last.image, last.before), "images");
    return last.image;
  }
}
