/** False alarms become normal images: they are learnt from, and all verdicts are redone. It can be undone. */
import { say } from "../shared/messages.js";
import { text } from "../text/results.js";

export class TakingIn {
  #store;
  #workspace;
  #learning;

  /** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace @param {import("./learning.js").Learning} learning */
  constructor(store, workspace, learning) {
    this.#store = store;
    this.#workspace = workspace;
    this.#learning = learning;
  }

  /** @param {import("./project.js").CheckedImage[]} images to check that are normal, though they were called odd */
  take(images) {
    const { project } = this.#store.state;
    const [before, ids] = [project.images, new Set(images.map((image) => image.id))];
    // What is a normal image already is not learnt from twice.
    const known = new Set(project.normals.map((image) => image.id));
    const fresh = images.filter((image) => !known.has(image.id));
    this.#workspace.edit((one) => {
      one.images = one.images.filter((image) => !ids.has(image.id));
      one.normals = [...one.normals, ...fresh.map(({ id, name, bytes, type }) => ({ id, name, bytes, type }))];
      one.taken = [...(one.taken ?? []), ...fresh.map((image) => image.id)];
    }, "images", "normals");
    this.#learning.start();
    say("results", "info", text.takingIn.taken(images.length), { label: text.takingIn.undo, run: () => this.#giveBack(project, before, fresh) });
  }

  /** As it was, with what was brought since. */
  #giveBack(project, before, fresh) {
    if (this.#store.state.project !== project || this.#store.state.access !== "owner") return;
    const ids = new Set(fresh.map((image) => image.id));
    this.#workspace.edit((one) => {
      const old = new Set(before.map((image) => image.id));
      one.images = [...before, ...one.images.filter((image) => !old.has(image.id))];
      one.normals = one.normals.filter((image) => !ids.has(image.id));
      one.taken = (one.taken ?? []).filter((id) => !ids.has(id));
    }, "images", "normals");
    this.#learning.start();
    say("results", "info", text.takingIn.undone);
  }
}
