/**
 * The worker that takes images in: looks at what each file is, names it by its content and keeps it. A few files are on
 * their way at a time, so that ten thousand need no more memory than ten.
 */
import { sha256 } from "../../pkg/bytes.js";
import { serve } from "../../pkg/rpc.js";
import { imagesFolder, keepImage, projectFolder } from "../storage/disk.js";
import { candidates, LeftOut, namesIn, typeOf } from "./candidates.js";

const AT_A_TIME = 4;
const REPORT_EVERY_MS = 100;

serve({ bring, list });

/** The names of the files in each zip file, null for what is none. @param {{ files: File[] }} params */
async function list({ files }, { signal }) {
  const names = [];
  for (const file of files) names.push(signal.aborted ? null : await namesIn(file));
  return names;
}

/**
 * @param {{ project: string | null, files: import("./sorting.js").FileToTake[] }} params project is null to keep nothing on
 *   the disk
 */
async function bring({ project, files }, { send, signal }) {
  const report = new Report(send, files.length);
  const keeper = await Keeper.of(project);
  const source = candidates(files, report, signal);
  const work = async () => {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      if (signal.aborted) return;
      const tell = report.inTurn();
      tell(await take(next.value, keeper, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  report.flush();
  return { cancelled: signal.aborted, diskError: keeper.error };
}

/**
 * @param {import("./candidates.js").Candidate} candidate
 * @returns {Promise<{ found?: any, leftOut?: any }>} neither if it was given up
 */
async function take({ name, file, fate: { part, label, reason }, read }, keeper, signal) {
  try {
    if (reason) throw new LeftOut(reason);
    const bytes = await read();
    const type = typeOf(bytes);
    const id = await sha256(bytes);
    const blob = await keeper.keep(id, bytes, file, type);
    return { found: { image: { id, name, bytes: bytes.length, type }, blob, part, label } };
  } catch (error) {
    if (signal.aborted) return {};
    if (!(error instanceof LeftOut)) throw error;
    return { leftOut: { name, reason: error.reason, part } };
  }
}

/** Puts images on the disk; from the moment that fails, or where there is none, hands them back to be held in memory. */
class Keeper {
  /** @type {FileSystemDirectoryHandle | null} */
  #folder = null;
  /** @type {{ name: string, message: string } | null} */
  error = null;

  /** @param {string | null} project its id; its folder may have been cleared away */
  static async of(project) {
    const keeper = new Keeper();
    if (!project) return keeper;
    try {
      keeper.#folder = await imagesFolder(await projectFolder(project), true);
    } catch (error) {
      keeper.error = { name: error.name, message: error.message };
    }
    return keeper;
  }

  /** @returns {Promise<Blob | null>} what the page has to hold; the visitor's own file costs no memory */
  async keep(id, bytes, file, type) {
    if (this.#folder && !this.error) {
      try {
        await keepImage(this.#folder, id, bytes);
        return null;
      } catch (error) {
        this.error = { name: error.name, message: error.message };
      }
    }
    return file ?? new Blob([bytes], { type });
  }
}

/** Tells the page what was found, in portions, and in the order in which it was brought: training depends on it. */
class Report {
  #send;
  #total;
  #done = 0;
  #found = [];
  #leftOut = [];
  #last = 0;
  /** What is known, or still undefined, of the files whose turn has not come. */
  #turns = [];

  constructor(send, total) {
    this.#send = send;
    this.#total = total;
  }

  /** @returns {(outcome: { found?: any, leftOut?: any }) => void} to be called when it is known what the next file is */
  inTurn() {
    const turn = { outcome: undefined };
    this.#turns.push(turn);
    return (outcome) => {
      turn.outcome = outcome;
      while (this.#turns[0]?.outcome) this.#tell(this.#turns.shift().outcome);
    };
  }

  leaveOut(name, reason) {
    this.#tell({ leftOut: { name, reason } });
  }

  moreToCome(count) {
    this.#total += count;
  }

  done() {
    this.#done += 1;
    if (performance.now() - this.#last > REPORT_EVERY_MS) this.flush();
  }

  flush() {
    this.#last = performance.now();
    this.#send({ found: this.#found, leftOut: this.#leftOut, done: this.#done, total: Math.max(this.#total, this.#done) });
    this.#found = [];
    this.#leftOut = [];
  }

  #tell({ found, leftOut }) {
    if (found) this.#found.push(found);
    if (leftOut) this.#leftOut.push(leftOut);
    this.done();
  }
}
