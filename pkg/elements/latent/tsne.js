/**
 * t-SNE, exact (van der Maaten & Hinton 2008): a map on which near neighbours stay near. Distances between groups, and the
 * groups' sizes, mean nothing. Takes time in proportion to the square of the number of points: for some hundreds of them.
 */

const EXAGGERATION = 12;
const EXAGGERATED_SHARE = 0.25;
const LEARNING_RATE = 100;
const [MOMENTUM_FIRST, MOMENTUM_LATER] = [0.5, 0.8];
const LEAST_GAIN = 0.01;
const BISECTIONS = 50;
const LEAST = 1e-12;

/**
 * @param {ArrayLike<number>[]} points all of the same length
 * @param {{ seed?: number, perplexity?: number, iterations?: number }} [settings] perplexity: how many neighbours count, about
 * @returns {Generator<{ iteration: number, iterations: number, positions: Float64Array }>} x and y of each point, after every iteration
 */
export function* tsne(points, { seed = 0, perplexity = 30, iterations = 500 } = {}) {
  const count = points.length;
  const likeness = affinities(points, Math.min(perplexity, (count - 1) / 3));
  const positions = Float64Array.from({ length: 2 * count }, normals(seed)).map((value) => value * 1e-2);
  const state = { positions, speed: new Float64Array(2 * count), gains: new Float64Array(2 * count).fill(1) };
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const isEarly = iteration <= iterations * EXAGGERATED_SHARE;
    const slope = gradient(positions, likeness, isEarly ? EXAGGERATION : 1);
    descend(state, slope, isEarly ? MOMENTUM_FIRST : MOMENTUM_LATER);
    centre(positions);
    yield { iteration, iterations, positions };
  }
}

/** How likely each point would pick each other as its neighbour, both ways, `[count * count]`; all together 1. */
function affinities(points, perplexity) {
  const count = points.length;
  const distances = squaredDistances(points);
  const one = new Float64Array(count * count);
  for (let row = 0; row < count; row++) one.set(neighbours(distances.subarray(row * count, (row + 1) * count), row, Math.log(perplexity)), row * count);
  return one.map((value, index) => Math.max(LEAST, (value + one[(index % count) * count + Math.floor(index / count)]) / (2 * count)));
}

function squaredDistances(points) {
  const count = points.length;
  const distances = new Float64Array(count * count);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < row; column++) {
      let sum = 0;
      for (let index = 0; index < points[row].length; index++) sum += (points[row][index] - points[column][index]) ** 2;
      distances[row * count + column] = sum;
      distances[column * count + row] = sum;
    }
  }
  return distances;
}

/** A Gaussian around a point, as wide as it takes for its entropy to be the one that is wanted. */
function neighbours(distances, self, entropy) {
  let [low, high, precision] = [0, Infinity, 1 / (average(distances) || 1)];
  let found = gaussian(distances, self, precision);
  for (let round = 0; round < BISECTIONS && Math.abs(found.entropy - entropy) > 1e-5; round++) {
    if (found.entropy > entropy) low = precision; else high = precision;
    precision = high === Infinity ? 2 * precision : (low + high) / 2;
    found = gaussian(distances, self, precision);
  }
  return found.shares;
}

function gaussian(distances, self, precision) {
  const nearest = distances.reduce((least, distance, index) => (index === self ? least : Math.min(least, distance)), Infinity);
  const shares = distances.map((distance, index) => (index === self ? 0 : Math.exp(-precision * (distance - nearest))));
  const sum = shares.reduce((total, share) => total + share, 0);
  let entropy = 0;
  shares.forEach((share, index) => {
    shares[index] = share / sum;
    if (share > 0) entropy -= (share / sum) * Math.log(share / sum);
  });
  return { shares, entropy };
}

/** Of the Kullback-Leibler divergence between likeness in space and on the map. */
function gradient(positions, likeness, exaggeration) {
  const count = positions.length / 2;
  const closeness = new Float64Array(count * count);
  let total = 0;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < row; column++) {
      const close = 1 / (1 + (positions[2 * row] - positions[2 * column]) ** 2 + (positions[2 * row + 1] - positions[2 * column + 1]) ** 2);
      closeness[row * count + column] = close;
      total += 2 * close;
    }
  }
  const slope = new Float64Array(positions.length);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < row; column++) {
      const close = closeness[row * count + column];
      const pull = 4 * (exaggeration * likeness[row * count + column] - close / total) * close;
      for (let axis = 0; axis < 2; axis++) {
        const step = pull * (positions[2 * row + axis] - positions[2 * column + axis]);
        slope[2 * row + axis] += step;
        slope[2 * column + axis] -= step;
      }
    }
  }
  return slope;
}

/** Gradient descent with momentum; a coordinate that keeps its direction is sped up. */
function descend({ positions, speed, gains }, slope, momentum) {
  for (let index = 0; index < positions.length; index++) {
    const isSteady = Math.sign(slope[index]) !== Math.sign(speed[index]);
    gains[index] = Math.max(LEAST_GAIN, isSteady ? gains[index] + 0.2 : gains[index] * 0.8);
    speed[index] = momentum * speed[index] - LEARNING_RATE * gains[index] * slope[index];
    positions[index] += speed[index];
  }
}

function centre(positions) {
  for (const axis of [0, 1]) {
    let sum = 0;
    for (let index = axis; index < positions.length; index += 2) sum += positions[index];
    for (let index = axis; index < positions.length; index += 2) positions[index] -= (2 * sum) / positions.length;
  }
}

const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Numbers of the normal distribution (Box and Muller). @param {number} seed */
function normals(seed) {
  const random = randomFrom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Random numbers that a seed decides (mulberry32). @param {number} seed @returns {() => number} from 0 to less than 1 */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
