/**
 * The map: marks on a canvas, normal images as circles and anomalies as larger triangles, or the images themselves. One
 * mark is pointed out, by the pointer or by keys; a click holds it, wherever the pointer goes.
 */
const MARGIN = 22;
const REACH = 26;
const MOVE_MS = 900;
const [CIRCLE, TRIANGLE] = [3.6, 6.5];
const LARGEST_PICTURE = 21;
const LARGEST_DISC = 20;
/** How much of a mark shows that is not known yet. */
const PALE = 0.4;

/** @typedef {{ isAnomaly: boolean, picture: import("./stamp.js").Stamp }} Look */

export class LatentMap {
  /** x and y of each mark. @type {number[][]} */
  #places = [];
  /** Of each mark, as a share of the highest. @type {number[]} */
  #scores = [];
  /** @type {Look[]} */
  #looks = [];
  #selected = -1;
  #isHeld = false;
  #moving = 0;
  #canvas;
  #onSelect;

  /** What is drawn; of the marks only the first are known. */
  #shows = { images: false, scores: false, known: 0 };

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(index: number, byKey: boolean) => void} onSelect
   * @param {AbortSignal} signal
   */
  constructor(canvas, onSelect, signal) {
    this.#canvas = canvas;
    this.#onSelect = onSelect;
    canvas.addEventListener("pointermove", (event) => { if (!this.#isHeld) this.select(this.#near(event, REACH)); });
    canvas.addEventListener("pointerdown", (event) => this.#hold(this.#near(event, 2 * REACH)));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    const redraw = () => this.draw();
    const sizes = new ResizeObserver(redraw);
    sizes.observe(canvas);
    signal.addEventListener("abort", () => { sizes.disconnect(); cancelAnimationFrame(this.#moving); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw, { signal });
  }

  /** @param {Look[]} looks of the marks */
  set looks(looks) {
    this.#looks = looks;
    this.#scores = [];
    this.#selected = -1;
    this.#isHeld = false;
  }

  /** @param {number[]} scores of the marks */
  set scores(scores) {
    const highest = Math.max(...scores);
    this.#scores = scores.map((score) => Math.max(0, score / highest));
  }

  get selected() { return this.#selected; }

  /** @param {{ images?: boolean, scores?: boolean, known?: number }} what is to be drawn from now on */
  show(what) {
    Object.assign(this.#shows, what);
    this.draw();
  }

  /**
   * Puts the marks in their places.
   * @param {number[][]} places in any unit: the map shows all of it
   * @param {boolean} [gently] lets them wander there, for who likes to see it
   */
  place(places, gently = false) {
    cancelAnimationFrame(this.#moving);
    const target = fitted(places);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const from = this.#places;
    if (!gently || isCalm || from.length !== target.length) return this.#arrive(target);
    const start = performance.now();
    const step = () => {
      const share = Math.min(1, (performance.now() - start) / MOVE_MS);
      const eased = share * share * (3 - 2 * share);
      this.#arrive(target.map((place, index) => place.map((to, axis) => from[index][axis] + (to - from[index][axis]) * eased)));
      if (share < 1) this.#moving = requestAnimationFrame(step);
    };
    step();
  }

  #arrive(places) {
    this.#places = places;
    this.draw();
  }

  /** @param {number} index @param {boolean} [byKey] whether somebody may not see where it is */
  select(index, byKey = false) {
    if (index === this.#selected || !this.#looks[index]) return;
    this.#selected = index;
    this.draw();
    this.#onSelect(index, byKey);
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const density = devicePixelRatio;
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    const context = this.#canvas.getContext("2d");
    context.scale(density, density);
    const style = getComputedStyle(this.#canvas);
    const colour = (name) => style.getPropertyValue(name);
    const pens = { normal: colour("--normal"), anomaly: colour("--anomaly"), paper: colour("--paper"), ink: colour("--ink"), accent: colour("--accent") };
    const order = this.#looks.map((_, index) => index).sort((one, other) => Number(this.#looks[one].isAnomaly) - Number(this.#looks[other].isAnomaly));
    if (this.#shows.scores && this.#scores.length > 0) for (const index of order) this.#drawScore(context, pens, index);
    for (const index of order) this.#drawMark(context, pens, index);
    if (this.#selected >= 0 && this.#places.length > 0) this.#drawSelected(context, pens);
  }

  #drawMark(context, pens, index) {
    const [x, y] = this.#onCanvas(this.#places[index]);
    const { isAnomaly, picture } = this.#looks[index];
    const pen = isAnomaly ? pens.anomaly : pens.normal;
    if (this.#shows.images) {
      context.globalAlpha = index < this.#shows.known ? 1 : PALE;
      drawPicture(context, picture.in(pen), { x, y, side: this.#pictureSide, frame: isAnomaly ? pen : "" });
      context.globalAlpha = 1;
      return;
    }
    context.beginPath();
    if (isAnomaly) triangle(context, x, y, TRIANGLE);
    else context.arc(x, y, CIRCLE, 0, 2 * Math.PI);
    context.globalAlpha = isAnomaly ? 0.95 : 0.75;
    context.fillStyle = pen;
    context.fill();
    context.globalAlpha = 1;
    if (!isAnomaly) return;
    context.lineWidth = 1;
    context.strokeStyle = pens.paper;
    context.stroke();
  }

  /** A disc whose area is the score. */
  #drawScore(context, pens, index) {
    context.beginPath();
    context.arc(...this.#onCanvas(this.#places[index]), LARGEST_DISC * Math.sqrt(this.#scores[index]), 0, 2 * Math.PI);
    context.globalAlpha = 0.3;
    context.fillStyle = this.#looks[index].isAnomaly ? pens.anomaly : pens.normal;
    context.fill();
    context.globalAlpha = 1;
  }

  #drawSelected(context, pens) {
    const [x, y] = this.#onCanvas(this.#places[this.#selected]);
    this.#drawMark(context, pens, this.#selected);
    context.lineWidth = this.#isHeld ? 5 : 2.5;
    context.strokeStyle = this.#isHeld ? pens.accent : pens.ink;
    context.beginPath();
    context.arc(x, y, this.#shows.images ? this.#pictureSide * 0.85 : TRIANGLE + 4, 0, 2 * Math.PI);
    context.stroke();
  }

  get #pictureSide() { return Math.min(LARGEST_PICTURE, 6 + this.#canvas.clientWidth / 32); }

  /** @param {number[]} place from 0 to 1 */
  #onCanvas([x, y]) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const side = Math.min(width, height) - 2 * MARGIN;
    return [(width - side) / 2 + x * side, (height - side) / 2 + y * side];
  }

  /** The mark at the pointer, -1 if none is in reach. */
  #near(event, reach) {
    return this.#places.map((place, index) => {
      const [x, y] = this.#onCanvas(place);
      return { index, distance: Math.hypot(x - event.offsetX, y - event.offsetY) };
    }).reduce((best, one) => (one.distance < best.distance ? one : best), { index: -1, distance: reach }).index;
  }

  /** A second click on a mark lets it go, and so does one beside all. */
  #hold(index) {
    this.#isHeld = index >= 0 && !(this.#isHeld && index === this.#selected);
    this.select(index);
    this.draw();
  }

  #key(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!direction || this.#places.length === 0) return;
    event.preventDefault();
    this.select(this.#selected < 0 ? 0 : this.#towards(direction), true);
  }

  /** The mark that lies in a direction: near, and not far off to the side. */
  #towards([right, down]) {
    const [fromX, fromY] = this.#places[this.#selected];
    let best = { index: this.#selected, cost: Infinity };
    this.#places.forEach(([x, y], index) => {
      const along = (x - fromX) * right + (y - fromY) * down;
      const aside = Math.abs((x - fromX) * down) + Math.abs((y - fromY) * right);
      const cost = along + 2 * aside;
      if (along > 1e-9 && aside <= along && cost < best.cost) best = { index, cost };
    });
    return best.index;
  }
}

/** Into a square from 0 to 1, with the same scale both ways. */
function fitted(places) {
  const [low, high] = [Math.min, Math.max].map((pick) => [0, 1].map((axis) => pick(...places.map((place) => place[axis]))));
  const span = Math.max(high[0] - low[0], high[1] - low[1]) || 1;
  return places.map((place) => place.map((value, axis) => 0.5 + (value - (low[axis] + high[axis]) / 2) / span));
}

function triangle(context, x, y, size) {
  context.moveTo(x, y - size);
  context.lineTo(x + size * 0.95, y + size * 0.75);
  context.lineTo(x - size * 0.95, y + size * 0.75);
  context.closePath();
}

/** An anomaly's picture has a frame, and a triangle at its corner. */
function drawPicture(context, picture, { x, y, side, frame }) {
  context.drawImage(picture, x - side / 2, y - side / 2, side, side);
  if (!frame) return;
  context.lineWidth = 1.5;
  context.strokeStyle = frame;
  context.strokeRect(x - side / 2, y - side / 2, side, side);
  context.beginPath();
  triangle(context, x + side / 2, y - side / 2, 4.5);
  context.fillStyle = frame;
  context.fill();
}
