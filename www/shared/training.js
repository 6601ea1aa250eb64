/**
 * One run of training at a time, from the first event to the last: what is known of it (the part `run` of the page's
 * store), pause, stop and cancel, and going on from the last checkpoint if the worker dies.
 */
import { EngineRestarted } from "../pkg/engine/client.js";
import { lossesOf, methodOf } from "../pkg/methods.js";
import { thinned } from "../pkg/rules.js";
import { text } from "../text/common.js";
import { announce } from "./messages.js";

const MOST_POINTS = 800;
const CANCEL_GRACE_MS = 4000;
const MOST_RESTARTS = 2;

export class Training {
  #store;
  #client;
  #tell;
  /** @type {ReturnType<typeof newRun> | null} the store shows it, unless the page has turned to something else */
  #run = null;

  /**
   * @param {import("./store.js").Store<any>} store with the part run
   * @param {import("../pkg/engine/client.js").EngineClient} client
   * @param {(kind: "info" | "warning" | "error", sentence: string) => void} tell
   */
  constructor(store, client, tell) {
    this.#store = store;
    this.#client = client;
    this.#tell = tell;
  }

  /**
   * @param {(checkpoint: Blob | null, onEvent: (event: any) => void) => Promise<any>} call starts it in the engine
   * @param {{ settings: any, method: string, checkpoint?: Blob | null, onCheckpoint?: (bytes: Blob, epoch: number) => void }} options
   * @returns {Promise<any>} what the engine made; the run is not over before `end` is called
   */
  run(call, { settings, method, checkpoint = null, onCheckpoint = () => {} }) {
    const run = newRun(settings, method);
    this.#run = run;
    this.#store.set({ run });
    return this.#insist(run, call, checkpoint, onCheckpoint).finally(() => { run.isAnswered = true; });
  }

  /** Calls again, from the last checkpoint, if the worker dies. */
  async #insist(run, call, checkpoint, onCheckpoint) {
    let latest = checkpoint;
    const receive = (event) => {
      if (event.type === "checkpoint") {
        latest = event.bytes;
        onCheckpoint(event.bytes, event.epoch);
      }
      // One that was left may still have something to say when the next has begun.
      if (this.#run === run) this.#onEvent(event);
    };
    for (let restarts = 0; ; restarts++) {
      try {
        return await call(latest, receive);
      } catch (error) {
        const hopeless = !(error instanceof EngineRestarted) || restarts === MOST_RESTARTS;
        if (hopeless || run.phase === "cancelling") throw error;
        this.#tell("warning", latest ? text.training.resumed(run.epochsDone) : text.training.restarted);
      }
    }
  }

  get isCancelling() {
    return this.#run?.phase === "cancelling";
  }

  /** The method turns out to be another. @param {string} method */
  goesBy(method) {
    this.#run.method = method;
  }

  pause() {
    this.#client.control("pause");
    this.#patch({ phase: "paused" });
  }

  resume() {
    this.#client.control("resume");
    this.#patch({ phase: "running" });
  }

  /** Ends the run and keeps what was learnt. */
  stop() {
    this.#client.control("stop");
    this.#patch({ phase: "stopping" });
  }

  /** Ends the run and keeps the model as it was before. */
  cancel() {
    const run = this.#run;
    this.#client.control("cancel");
    this.#patch({ phase: "cancelling" });
    setTimeout(() => {
      if (!run.isAnswered) this.#client.replace();
    }, CANCEL_GRACE_MS);
  }

  /** @param {string} outcome a sentence */
  end(outcome) {
    this.#patch({ over: true, phase: "over", outcome });
    announce(outcome);
  }

  #onEvent(event) {
    const run = this.#run;
    const handlers = {
      read: () => { run.read = event; },
      started: () => this.#started(event),
      step: () => addStep(run, event),
      epoch: () => this.#epochDone(event),
      samples: () => Object.assign(run, { first: run.first ?? event, latest: event }),
      checkpoint: () => { run.epochsDone = event.epoch; },
    };
    handlers[event.type]?.();
    this.#store.touch("run");
  }

  async #started({ epochs, stepsPerEpoch, images, batchSize, firstEpoch, losses }) {
    const run = this.#run;
    if (batchSize < run.settings.batchSize) this.#tell("info", text.training.batchReduced(images, batchSize));
    // What was asked for while the engine was being replaced has to reach the new run as well.
    if (run.phase === "paused") this.#client.control("pause");
    else if (run.phase === "stopping") this.#client.control("stop");
    else if (run.phase === "starting") run.phase = "running";
    Object.assign(run, {
      epochs, images, batchSize, stepsPerEpoch, epoch: firstEpoch + 1, step: firstEpoch * stepsPerEpoch, steps: epochs * stepsPerEpoch,
      imagesPerSecond: 0, secondsLeft: NaN,
    });
    run.losses = lossesOf(await methodOf(run.method), losses);
    this.#store.touch("run");
  }

  #epochDone({ epoch, validation, bestEpoch }) {
    const run = this.#run;
    announce(text.training.epochDone(epoch, run.epochs));
    run.bestEpoch = bestEpoch ?? run.bestEpoch;
    if (!Number.isFinite(validation)) return;
    const step = epoch * run.stepsPerEpoch;
    run.validation = [...run.validation.filter((point) => point.step < step), { step, value: validation }];
  }

  #patch(fields) {
    Object.assign(this.#run, fields);
    this.#store.touch("run");
  }
}

const newRun = (settings, method) => ({
  settings, method, phase: "starting", over: false, outcome: "",
  /** Whether the engine is done with it, one way or another. */
  isAnswered: false,
  /** @type {{ done: number, total: number } | null} while images are decoded */
  read: null,
  epochs: settings.epochs, epoch: 0, epochsDone: 0, stepsPerEpoch: 0, step: 0, steps: 0, images: 0, batchSize: settings.batchSize,
  imagesPerSecond: 0, secondsLeft: NaN, bestEpoch: 0, first: null, latest: null,
  losses: /** @type {{ id: string, title: string }[]} */ ([]),
  points: /** @type {{ step: number, losses: Record<string, number> }[]} */ ([]),
  validation: /** @type {{ step: number, value: number }[]} */ ([]),
});

function addStep(run, { epoch, step, steps, losses, imagesPerSecond, secondsLeft }) {
  Object.assign(run, { epoch, step, steps, imagesPerSecond, secondsLeft });
  // After a resumption some steps come again.
  while (run.points.length > 0 && run.points.at(-1).step >= step) run.points.pop();
  run.points.push({ step, losses });
  run.points = thinned(run.points, MOST_POINTS);
}
