/** What learning is asked for: the project's settings as the engine takes them. */

/**
 * @typedef {{ size: number, channels: number, epochs: number, batchSize: number, learningRate: number, training: number,
 *   validation: number, calibration: number, strictestRate: number, sample: number[] }} Recipe settings, how many images
 *   have which role, and the places of some to look at beforehand
 */

/** The method where nothing is said. */
export const BEST = "patchcore";
/** What goes without a front end. */
export const WITHOUT_FRONT_END = "ganomaly";

/** Where a setting is null, the recipe decides. @param {string} name of the project @param {import("./project.js").Settings} settings */
export function requestOf(name, { framing, method, seed, size, channels, valueRange, epochs, batchSize, learningRate, augmentation }) {
  const given = Object.entries({ method: method ?? BEST, size, channels, valueRange, epochs, batchSize, learningRate, augmentation }).filter(([, value]) => value != null);
  return { name, seed, framing: framingOf({ framing }), ...Object.fromEntries(given) };
}

/** In one piece, where nothing is said and nothing suits better. @param {{ framing: import("./project.js").Settings["framing"] }} settings */
const framingOf = ({ framing: { region, tiles } }) => ({ region: region ?? { left: 0, top: 0, width: 1, height: 1 }, tiles: tiles ?? 1 });

/**
 * The request with the colours and tiles that suit the images, where the settings leave them open.
 * @param {import("../pkg/engine/client.js").EngineClient} client @param {Blob[]} sample of the images that are learnt from @param {any} request
 * @param {import("./project.js").Settings} settings @returns {Promise<{ request: any, suited: any }>}
 */
export async function suitedRequest(client, sample, request, { channels, framing }) {
  const suited = await client.call("suited", { images: sample, request });
  return { suited, request: { ...request, channels: channels ?? suited.channels, framing: framing.tiles === null ? suited.framing : request.framing } };
}

/**
 * What learning would do with so many images.
 * @param {import("../pkg/engine/client.js").EngineClient} client @param {number} count @param {import("./project.js").Settings} settings @returns {Promise<Recipe>}
 */
export async function recipeOf(client, count, settings) {
  const { model, training, shares, strictestRate, sample } = await client.call("recipe", { count, request: requestOf("", settings), base: null });
  const { epochs, batchSize, learningRate } = training;
  return { size: model.size, channels: model.channels, epochs, batchSize, learningRate, ...shares, strictestRate, sample };
}
