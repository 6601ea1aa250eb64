/** The grid of image cards: which are shown, in which order, made a few per frame so that the page stays quick. */
import { byId, scrollTo, setText } from "../pkg/dom.js";
import { announce } from "../shared/messages.js";
import { text } from "../text/demo.js";
import { currentItems, isTraining, verdictChanged, verdictOf } from "./store.js";
import { Card } from "./view-card.js";

const CARDS_PER_FRAME = 8; // new ones, or ones with new pictures
/** On a phone, each card takes a row of its own. */
const MORE = matchMedia("(max-width: 40rem)").matches ? 10 : 24;

/** @param {import("./store.js").DemoStore} store @param {import("./images.js").Images} images */
export function showGallery(store, images) {
  const cards = new Map();
  store.setView({ shown: MORE });
  const select = (item) => {
    store.setView({ selected: item.id });
    showExplanationFor(cards.get(item.id).root);
  };
  store.watch(["sets", "view", "calibration", "tuned", "model", "scoring"], (state) => {
    drawToolbar(state);
    drawProgress(state);
    drawCards(store, state, cards, select);
  });
  for (const name of ["set", "which"]) {
    for (const radio of document.querySelectorAll(`input[name=${name}]`)) {
      radio.addEventListener("change", () => {
        store.setView({ [name]: radio.value, selected: null, shown: MORE });
        images.kick();
      });
    }
  }
  for (const name of ["filter", "sort"]) {
    byId(name).addEventListener("change", ({ target }) => store.setView({ [name]: target.value, shown: MORE }));
  }
  byId("show-more").addEventListener("click", () => store.setView({ shown: store.state.view.shown + MORE }));
  byId("clear-own").addEventListener("click", () => images.clearOwn());
  byId("scoring-stop").addEventListener("click", () => (store.state.scoring.stopped ? images.resume() : images.stop()));
  byId("show-changed").addEventListener("click", () => {
    store.setView({ filter: "changed", shown: MORE });
    scrollTo(byId("step-images"));
    byId("step-images").focus({ preventScroll: true });
  });
}

/** On small screens the network is far above the image; the way back is one click. */
function showExplanationFor(card) {
  const away = byId("explain").getBoundingClientRect().bottom <= 0;
  const back = byId("explain-back");
  back.hidden = !away;
  back.onclick = () => {
    back.hidden = true;
    scrollTo(card);
    card.querySelector("button").focus({ preventScroll: true });
  };
  if (away) scrollTo(byId("explain"));
}

function drawToolbar({ view, sets, tuned }) {
  for (const name of ["set", "which"]) {
    for (const radio of document.querySelectorAll(`input[name=${name}]`)) radio.checked = radio.value === view[name];
  }
  byId("filter").value = view.filter;
  byId("sort").value = view.sort;
  byId("which").hidden = !tuned;
  byId("filter").querySelector("[value=changed]").hidden = !tuned;
  byId("clear-own").hidden = view.set !== "own" || sets.own.length === 0;
  setText(byId("set-builtin-text"), text.images.setBuiltin(sets.builtin.length));
  setText(byId("set-own-text"), text.images.setOwn(sets.own.length));
}

function drawProgress(state) {
  const items = currentItems(state);
  const models = state.tuned ? ["base", "tuned"] : ["base"];
  const total = items.length * models.length;
  const done = models.reduce((sum, which) => sum + items.filter((item) => item.results[which]).length, 0);
  const going = Boolean(state.model) && done < total;
  byId("scoring").hidden = !going;
  byId("cards").setAttribute("aria-busy", String(going));
  byId("cards").dataset.complete = String(total > 0 && done === total);
  if (!going) return;
  byId("scoring-progress").value = done / total;
  const paused = state.scoring.stopped || isTraining(state);
  const sentence = isTraining(state) ? text.images.waiting : paused ? text.images.stopped(done, total) : text.images.scoring(done, total);
  setText(byId("scoring-text"), sentence);
  announce(sentence);
  byId("scoring-stop").hidden = isTraining(state);
  setText(byId("scoring-stop"), state.scoring.stopped ? text.images.resume : text.images.stop);
}

function drawCards(store, state, cards, select) {
  forgetGone(state, cards);
  const wanted = arrange(state);
  const shown = wanted.slice(0, state.view.shown);
  const drawCard = (item) => {
    if (!cards.has(item.id)) cards.set(item.id, new Card(item, select));
    cards.get(item.id).update(state);
  };
  let worked = 0;
  const visible = [];
  for (const item of shown) {
    const isWork = !cards.has(item.id) || cards.get(item.id).hasNewPictures(state);
    const isTooMuch = isWork && worked++ >= CARDS_PER_FRAME;
    if (!isTooMuch) drawCard(item);
    if (cards.has(item.id)) visible.push(cards.get(item.id).root);
  }
  place(byId("cards"), visible);
  if (worked > CARDS_PER_FRAME) store.touch("view");
  drawEnds(state, wanted.length, shown.length);
}

function forgetGone(state, cards) {
  const known = new Set(Object.values(state.sets).flat().map((item) => item.id));
  for (const id of cards.keys()) if (!known.has(id)) cards.delete(id);
}

/** The images that pass the filter, in the order asked for. */
export function arrange(state) {
  const { filter, sort, which } = state.view;
  const passes = (item) => {
    if (filter === "all") return true;
    if (filter === "changed") return verdictChanged(state, item);
    return verdictOf(state, item, which) === filter;
  };
  const items = currentItems(state).filter(passes);
  // Cards that jump about while scores come in would be hard to read.
  const complete = currentItems(state).every((item) => item.results[which]);
  if (sort === "given" || !complete) return items;
  const sign = sort === "high" ? -1 : 1;
  const key = (item) => item.results[which].score ?? sign * Infinity; // unreadable ones go last
  return items.sort((a, b) => sign * (key(a) - key(b)) || a.id - b.id);
}

/** Moves only what has to move, and keeps the focus where it was. */
function place(list, wanted) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  let next = list.firstElementChild;
  for (const node of wanted) {
    if (node === next) next = next.nextElementSibling;
    else list.insertBefore(node, next);
  }
  while (next) {
    const surplus = next;
    next = next.nextElementSibling;
    surplus.remove();
  }
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

function drawEnds(state, wanted, shown) {
  const empty = byId("gallery-empty");
  empty.hidden = wanted > 0;
  if (wanted === 0) setText(empty, currentItems(state).length > 0 ? text.images.noneInFilter : text.images.emptySet(state.view.set));
  byId("show-more").hidden = wanted <= shown;
  setText(byId("show-more"), text.images.showMore(Math.min(MORE, wanted - shown), wanted - shown));
}
