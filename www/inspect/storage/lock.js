/**
 * One tab at a time may change a project. A second one reads it, and may ask for it: the first saves and hands over; if
 * it does not answer, the project is taken from it.
 */

const PATIENCE_MS = 4000;
const lockName = (id) => `ganomaly-project-${id}`;

/**
 * @typedef {object} Owner
 * @property {() => Promise<void>} onAsked another tab wants the project: save what is not saved
 * @property {() => void} onLost this tab may no longer write
 */

export class ProjectLock {
  isReleased = false;
  #free;
  #channel;

  /** @param {() => void} free @param {string} id @param {Owner} owner */
  constructor(free, id, { onAsked, onLost }) {
    this.#free = free;
    this.#channel = new BroadcastChannel(lockName(id));
    this.#channel.onmessage = async () => {
      await onAsked();
      if (this.isReleased) return; // left meanwhile
      this.release();
      onLost();
    };
  }

  release() {
    this.isReleased = true;
    this.#channel.close();
    this.#free();
  }
}

/** @param {string} id @param {Owner} owner @returns {Promise<ProjectLock | null>} null if another tab has the project */
export const acquire = (id, owner) => request(id, { ifAvailable: true }, owner);

/**
 * @param {string} id @param {Owner} owner @param {() => boolean} isWanted asked before the project is taken by force
 * @returns {Promise<ProjectLock | null>} null if it is not wanted any more
 */
export async function takeOver(id, owner, isWanted) {
  const channel = new BroadcastChannel(lockName(id));
  channel.postMessage("hand over");
  channel.close();
  try {
    return await request(id, { signal: AbortSignal.timeout(PATIENCE_MS) }, owner);
  } catch {
    return isWanted() ? request(id, { steal: true }, owner) : null;
  }
}

/** Whether some tab has the project open for writing. @param {string} id */
export async function isHeld(id) {
  const held = (await navigator.locks?.query())?.held ?? [];
  return held.some(({ name }) => name === lockName(id));
}

/** @returns {Promise<any>} */
function request(id, options, owner) {
  // Without locks (an old browser, a page not from https) there is nothing to tell tabs apart by.
  if (!navigator.locks) return Promise.resolve(new ProjectLock(() => {}, id, owner));
  return new Promise((granted, refused) => {
    /** @type {ProjectLock | null} */
    let ours = null;
    const ended = navigator.locks.request(lockName(id), options, (lock) => {
      if (!lock) return granted(null);
      return new Promise((free) => {
        ours = new ProjectLock(() => free(undefined), id, owner);
        granted(ours);
      });
    });
    ended.catch((error) => {
      if (!ours) return refused(error);
      if (ours.isReleased) return;
      ours.release(); // stolen
      owner.onLost();
    });
  });
}

const filesLockName = (id) => `ganomaly-files-${id}`;

/**
 * Runs work that adds files to a project and says in the project that they are needed; several may, side by side.
 * @template T @param {string} id @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function addingFiles(id, work) {
  return navigator.locks ? navigator.locks.request(filesLockName(id), { mode: "shared" }, work) : work();
}

/** Runs work that removes files of a project, unless some are being added. @param {string} id @param {() => Promise<void>} work */
export async function removingFiles(id, work) {
  if (!navigator.locks) return work();
  await navigator.locks.request(filesLockName(id), { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}
