/** Principal component analysis: the few directions in which points differ most. Small and exact enough for a few hundred points. */

const MOST_ROUNDS = 1000;
const CONVERGED = 1e-12;

/**
 * @typedef {object} Projection
 * @property {(point: ArrayLike<number>) => number[]} project a point's coordinates along the directions
 * @property {number[][]} axes the directions, of length 1 and at right angles to each other
 * @property {number[]} shares of the whole variance that lie along each
 */

/**
 * @param {ArrayLike<number>[]} points all of the same length
 * @param {number} [count] how many directions
 * @returns {Projection}
 */
export function pca(points, count = 2) {
  const mean = Array.from(points[0], (_, index) => points.reduce((sum, point) => sum + point[index], 0) / points.length);
  let rest = covariance(points.map((point) => mean.map((middle, index) => point[index] - middle)));
  const total = rest.reduce((sum, row, index) => sum + row[index], 0);
  const axes = [];
  const shares = [];
  for (let found = 0; found < count; found++) {
    const { axis, variance } = strongest(rest);
    axes.push(axis);
    shares.push(total > 0 ? variance / total : 0);
    rest = rest.map((row, one) => row.map((value, other) => value - variance * axis[one] * axis[other]));
  }
  const project = (point) => axes.map((axis) => axis.reduce((sum, weight, index) => sum + weight * (point[index] - mean[index]), 0));
  return { project, axes, shares };
}

/** Of points by their offsets from the mean. */
function covariance(offsets) {
  const columns = offsets[0].map((_, index) => offsets.map((offset) => offset[index]));
  return columns.map((one) => columns.map((other) => dot(one, other) / offsets.length));
}

/** The eigenvector of the largest eigenvalue, by power iteration; none is negative. */
function strongest(matrix) {
  let axis = firstGuess(matrix);
  let variance = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const image = matrix.map((row) => dot(row, axis));
    variance = Math.hypot(...image);
    if (variance === 0) break;
    const next = image.map((value) => value / variance);
    const change = Math.hypot(...next.map((value, index) => value - axis[index]));
    axis = next;
    if (change < CONVERGED) break;
  }
  return { axis: upright(axis), variance };
}

/** The row of the largest variance: it is not at right angles to what is looked for. */
function firstGuess(matrix) {
  const diagonal = matrix.map((row, index) => row[index]);
  const row = matrix[diagonal.indexOf(Math.max(...diagonal))];
  const length = Math.hypot(...row);
  return length > 0 ? row.map((value) => value / length) : row.map((_, index) => (index === 0 ? 1 : 0));
}

/** An axis has no beginning and no end; the same data must give the same map. */
function upright(axis) {
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

const dot = (row, other) => row.reduce((sum, value, index) => sum + value * other[index], 0);
