/** Work of a page's workers that waits until a test lets it go on: what comes first does not depend on the machine's speed. */
import { tell } from "./inspect.js";

/** @typedef {import("playwright-core").Page} Page */

/**
 * Code to be run in a worker before its own.
 * @param {string} name
 * @param {string} method whose calls wait, such as "Blob.prototype.text"
 * @param {{ isHeld?: string, isOpen?: boolean }} [options] which calls, by their arguments `given`; and whether they go through at first
 */
export const gate = (name, method, { isHeld = "true", isOpen = false } = {}) => `{
  const channel = new BroadcastChannel("${name}");
  const original = ${method};
  const waiting = [];
  let isOpen = ${isOpen};
  const say = () => { if (waiting.length > 0) channel.postMessage("waiting"); };
  channel.onmessage = ({ data }) => {
    if (data === "ask") return say();
    channel.postMessage("heard");
    isOpen = data === "open";
    if (isOpen) for (const go of waiting.splice(0)) go();
  };
  ${method} = async function (...given) {
    if (!isOpen && ${isHeld}) await new Promise((go) => { waiting.push(go); say(); });
    return original.apply(this, given);
  };
}\n`;

/** Waits until a call waits at the gate. @param {Page} page @param {string} name */
export async function reached(page, name) {
  await page.evaluate((channelName) => {
    const channel = new BroadcastChannel(channelName);
    globalThis.isReached = false;
    channel.onmessage = ({ data }) => { globalThis.isReached ||= data === "waiting"; };
    channel.postMessage("ask");
  }, name);
  await page.waitForFunction(() => globalThis.isReached);
}

/** Lets all that wait go on, and those that come. @param {Page} page @param {string} name */
export const openGate = (page, name) => tell(page, name, "open");

/** @param {Page} page @param {string} name */
export const closeGate = (page, name) => tell(page, name, "close");
