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
  const mean = meanOf(points);
  const rest = covariance(points, mean);
  const total = rest.reduce((sum, row, index) => sum + row[index], 0);
  const axes = [];
  const shares = [];
  for (let found = 0; found < count; found++) {
    const { axis, variance } = strongest(rest);
    axes.push(axis);
    shares.push(total > 0 ? variance / total : 0);
    deflate(rest, axis, variance);
  }
  const project = (point) => axes.map((axis) => axis.reduce((sum, weight, index) => sum + weight * (point[index] - mean[index]), 0));
  return { project, axes, shares };
}

function meanOf(points) {
  const mean = new Array(points[0].length).fill(0);
  for (const point of points) mean.forEach((_, index) => { mean[index] += point[index] / points.length; });
  return mean;
}

function covariance(points, mean) {
  const rows = mean.map(() => new Array(mean.length).fill(0));
  for (const point of points) {
    const offset = mean.map((middle, index) => point[index] - middle);
    for (let row = 0; row < mean.length; row++) {
      for (let column = 0; column <= row; column++) rows[row][column] += (offset[row] * offset[column]) / points.length;
    }
  }
  for (let row = 0; row < mean.length; row++) for (let column = 0; column < row; column++) rows[column][row] = rows[row][column];
  return rows;
}

/** The eigenvector of the largest eigenvalue, by power iteration. @param {number[][]} matrix symmetric, with no negative eigenvalue */
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

function deflate(matrix, axis, variance) {
  matrix.forEach((row, index) => { axis.forEach((value, column) => { row[column] -= variance * axis[index] * value; }); });
}

const dot = (row, other) => row.reduce((sum, value, index) => sum + value * other[index], 0);
