/** How busy the machine is with other things: what is measured in seconds takes that much longer. */

const EVERY_MS = 300;
const SPIN_MS = 8;
/** However busy it is, this is as far as limits are stretched: a page that is too slow has to fail somewhere. */
const MOST = 4;

/**
 * Watches from now on how long a bit of work takes that is always the same amount of processor time.
 * @param {import("node:test").TestContext} t
 * @returns {() => number} how many times as long as on an idle machine, on average since then; at least 1
 */
export function watchLoad(t) {
  const looks = [];
  const look = () => {
    const began = performance.now();
    const before = process.cpuUsage();
    while (processorTime(before) < SPIN_MS);
    looks.push((performance.now() - began) / SPIN_MS);
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  t.after(() => clearInterval(timer));
  return () => Math.min(Math.max(1, looks.reduce((sum, one) => sum + one, 0) / looks.length), MOST);
}

/** In milliseconds. */
function processorTime(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
