/** Step 1: which model scores. Downloads it, or opens a file, and hands it to the engine. */
import { download } from "../pkg/dom.js";
import { methodOf } from "../pkg/methods.js";
import { Damaged, manifest as readManifest, weightsOf } from "../pkg/models/loader.js";
import { LIMITS } from "../pkg/rules.js";
import { clearMessages, say } from "../shared/messages.js";
import { text } from "../text/demo.js";
import { datasetsIn, firstModel, methodsIn, methodsOf, titleOf } from "./catalogue.js";

/** So long an arrow key may rest on a model before its download begins. */
const PASSING_MS = 300;

export class Models {
  #store;
  #client;
  #onChosen;
  #onLoaded;
  #abort = null;

  /**
   * @param {import("./store.js").DemoStore} store
   * @param {import("../pkg/engine/client.js").EngineClient} client
   * @param {(dataset: string) => void} onChosen a model of this data set is on its way
   * @param {(card: any) => void} onLoaded
   */
  constructor(store, client, onChosen, onLoaded) {
    this.#store = store;
    this.#client = client;
    this.#onChosen = onChosen;
    this.#onLoaded = onLoaded;
  }

  /** Reads the list of models; without one, files can still be opened. */
  async readManifest() {
    try {
      const manifest = await readManifest();
      for (const id of methodsOf(manifest)) await this.#knowMethod(id);
      const [dataset] = datasetsIn(manifest);
      const [method] = methodsIn(manifest, dataset);
      this.#store.set({ manifest, browse: { dataset, method } });
    } catch {
      this.#store.set({ manifest: [] });
      say("model", "warning", text.models.noManifest);
    }
  }

  /** Takes a small model, so that something is seen without a click; unless there is one already, or one is on its way. */
  async chooseFirst() {
    const { manifest, model, loading } = this.#store.state;
    const first = firstModel(manifest ?? []);
    if (first && !model && !loading) await this.choose(first.id);
  }

  /**
   * @param {string} id of a model in the manifest
   * @param {{ inPassing?: boolean }} [how] whether an arrow key may be on its way to another one
   */
  async choose(id, { inPassing = false } = {}) {
    const entry = this.#store.state.manifest.find((one) => one.id === id);
    await this.#replaceModel(id, this.#titleOf(entry), entry.bytes, async (signal, progress) => {
      if (inPassing) await passing(signal);
      this.#onChosen(entry.card.data.dataset);
      return weightsOf(entry, { signal, onProgress: progress }).catch((error) => {
        throw signal.aborted ? error : new Error(error instanceof Damaged ? text.models.damaged : text.models.unreachable);
      });
    });
  }

  /** @param {File} file chosen by the visitor */
  async open(file) {
    await this.#replaceModel("", file.name, file.size, () => readWeights(file));
  }

  /** Gives up the download under way; the model that was there stays. */
  cancel() {
    this.#abort?.abort();
    this.#abort = null;
    this.#store.set({ loading: null });
  }

  #titleOf(entry) {
    const { classes } = this.#store.state.covers[entry.card.data.dataset] ?? { classes: [] };
    return titleOf(entry, classes);
  }

  async #replaceModel(id, title, total, getBlob) {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    clearMessages("model");
    this.#store.set({ loading: { id, title, received: 0, total } });
    try {
      const blob = await getBlob(abort.signal, (received) => {
        if (this.#abort === abort) this.#store.set({ loading: { id, title, received, total } });
      });
      abort.signal.throwIfAborted();
      // From here on the engine has the last word: the page shows the model that it holds, cancelled or not.
      const loaded = await this.#client.loadInsisting(blob);
      await this.#knowMethod(loaded.card.method);
      this.#accept(id, title, loaded);
    } catch (error) {
      if (this.#abort === abort && this.#engineIsThere()) say("model", "error", this.#sentence(id, title, error));
    }
    if (this.#abort === abort) this.cancel();
  }

  /** What pages say of a method, also of one that no model of the list has. @param {string} id */
  async #knowMethod(id) {
    const method = await methodOf(id);
    this.#store.set({ methods: { ...this.#store.state.methods, [id]: method } });
  }

  /** If not, the page says so already, with what to do. */
  #engineIsThere() {
    return this.#store.state.engine !== null || this.#store.state.engineBusy;
  }

  #sentence(id, title, error) {
    const remedy = id === "" ? text.models.chooseAnother : "";
    const kept = this.#store.state.model ? text.models.kept(this.#store.state.model.title) : "";
    return [text.models.failed(title, error.message), remedy, kept].filter(Boolean).join(" ");
  }

  #accept(id, title, { card, calibration }) {
    offerToSave(this.#store.state.tuned, "model");
    this.#store.set({ model: { id, title, card }, tuned: null, run: null, calibration: { base: calibration, tuned: null } });
    this.#store.setView({ which: "base", filter: "all" });
    this.#onLoaded(card);
  }
}

/** Ends after a moment, or at once when another model was chosen meanwhile. */
function passing(signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, PASSING_MS);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

/** Copies the file into memory: it may change or vanish while the page still needs it. */
export async function readWeights(file) {
  if (file.size > LIMITS.weights) throw new Error(text.models.tooLarge);
  return new Blob([await file.arrayBuffer().catch(() => { throw new Error(text.files.gone); })]);
}

/** Offers a tuned model as a download. @param {{ card: any, blob: Blob, saved: boolean }} tuned */
export function saveTuned(tuned) {
  const name = tuned.card.name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  download(tuned.blob, `${name || "tuned"}.safetensors`);
  tuned.saved = true;
}

/** Nothing is lost without a word: a tuned model about to be replaced can still be saved. */
export function offerToSave(tuned, place) {
  if (!tuned || tuned.saved) return;
  say(place, "info", text.models.setAside(tuned.card.name), { label: text.compare.save, run: () => saveTuned(tuned) });
}
