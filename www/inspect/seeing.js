/** What the networks will see of the normal images: colours and tiles that suit them, and the first of them as an example. */
import { requestOf, suitedRequest } from "./request.js";
import { isTraining } from "./store.js";

/** What it depends on. */
const questionOf = ({ project, recipe }) => JSON.stringify([project.id, project.normals[0].id, project.normals.length, recipe.sample, project.settings]);

export class Seeing {
  #store;
  #workspace;
  #client;
  #asked = "";

  /** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace @param {import("../pkg/engine/client.js").EngineClient} client */
  constructor(store, workspace, client) {
    this.#store = store;
    this.#workspace = workspace;
    this.#client = client;
    store.watch(["project", "normals", "settings", "recipe", "bringing", "run", "engine"], (state) => this.#look(state));
  }

  /** Looks when there is something new to see, and the engine has nothing better to do. */
  async #look(state) {
    const { project, recipe, engine, bringing } = state;
    if (!project || recipe?.images !== project.normals.length || !engine || bringing || isTraining(state)) return;
    const question = questionOf(state);
    if (question === this.#asked) return;
    this.#asked = question;
    // Without it learning still does the same; it only cannot be shown before.
    const seen = await this.#see(project, recipe).catch(() => null);
    if (this.#asked !== question || this.#store.state.project !== project) return;
    if (!seen) this.#asked = "";
    this.#store.set({ seen });
  }

  async #see(project, recipe) {
    const blob = (image) => this.#workspace.storage.image(project.id, image.id);
    // In the order of their content, as they are learnt from.
    const inOrder = [...project.normals].sort((one, other) => (one.id < other.id ? -1 : 1));
    const sample = await Promise.all(recipe.sample.map((place) => blob(inOrder[place])));
    const { request, suited } = await suitedRequest(this.#client, sample, requestOf("", project.settings), project.settings);
    const picture = await this.#client.call("asSeen", { image: await blob(project.normals[0]), size: recipe.size, channels: request.channels, framing: request.framing });
    return { picture, size: recipe.size, channels: request.channels, framing: request.framing, width: suited.width, height: suited.height };
  }
}
