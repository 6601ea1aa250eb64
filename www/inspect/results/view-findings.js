/** The list of results with what can be chosen about it: what is shown, in which order, as pictures or as a table. */
import { byId, el, setText } from "../../pkg/dom.js";
import { announce } from "../../shared/messages.js";
import { text } from "../../text/results.js";
import { Thumbnails } from "../thumbnails.js";
import { CELL_WIDTH, pictureList, tableList } from "./lists.js";

/** Columns that are more telling from their end: the highest score, the newest note. */
const FALLS_FIRST = new Set(["score", "note"]);

/**
 * @param {import("../store.js").InspectStore} store @param {import("../workspace.js").Workspace} workspace
 * @param {import("./findings.js").Findings} findings
 * @param {(images: any[], id: string, onClose: (id: string) => void) => void} openViewer
 */
export function showFindings(store, workspace, findings, openViewer) {
  const thumbnails = new Thumbnails((id, side) => workspace.square(id, side), CELL_WIDTH - 8);
  const choose = (id) => store.set({ selected: { ...store.state.selected, images: id } });
  const open = (image, images = findings.state.shown) => image && openViewer(images, image.id, (last) => {
    choose(last);
    list().reveal(last);
    list().focus();
  });
  const does = { limit: () => findings.state.limit, choose: (image) => choose(image.id), open: (image) => open(image), sort: (column) => sortBy(findings, column) };
  const pictures = pictureList(thumbnails, does);
  const table = tableList(thumbnails, does);
  const list = () => (findings.state.view === "grid" ? pictures : table);
  const toolbar = new Toolbar(findings, () => reviewFlagged(findings, open));
  byId("images-toolbar").append(toolbar.root);
  byId("images-grid").append(pictures.root, table.root, el("p", { class: "empty", id: "images-none", "data-testid": "images-none", hidden: true }, text.list.none));
  byId("images-grid").after(el("p", { class: "quiet" }, text.list.keys));
  store.watch(["project", "model"], () => thumbnails.clear());
  store.watch(["missing"], () => thumbnails.retry());
  const draw = () => {
    const { state } = findings;
    const { selected, project } = store.state;
    toolbar.draw(state);
    pictures.root.hidden = state.view !== "grid" || state.shown.length === 0;
    table.root.hidden = state.view !== "table" || state.shown.length === 0;
    byId("images-none").hidden = state.shown.length > 0 || !project?.images.length;
    if (state.view === "grid") pictures.show(state.shown, selected.images);
    else table.show(state.shown, selected.images, { column: state.wish.sort, descending: state.wish.descending });
    byId("images-grid").dataset.complete = String(state.counts.all > 0 && state.counts.all === project?.images.length && state.counts.waiting === 0);
    const isJudged = state.limit !== undefined && state.counts.waiting < state.counts.all;
    setText(byId("images-summary"), isJudged ? text.summary(state.counts) : "");
  };
  store.watch(["project", "images", "selected"], draw);
  findings.watch(["shown", "counts", "limit", "view", "wish"], draw);
}

function sortBy(findings, column) {
  const { sort, descending } = findings.state.wish;
  const falls = column === sort ? !descending : FALLS_FIRST.has(column);
  findings.show({ sort: /** @type {any} */ (column), descending: falls });
  announce(text.list.sorted(text.list.columns[column], falls));
}

/** Those that are called odd, from the oddest, beginning with the first that was not reviewed. */
async function reviewFlagged(findings, open) {
  const flagged = await findings.flagged();
  open(flagged.find((image) => image.review === "") ?? flagged[0], flagged);
}

class Toolbar {
  root;
  #filter;
  #search;
  #sort;
  #views;
  #shown = el("span", { class: "quiet number-text", id: "images-shown", "data-testid": "images-shown", role: "status" });
  #review;

  /** @param {import("./findings.js").Findings} findings @param {() => void} review */
  constructor(findings, review) {
    this.#filter = el("select", { id: "filter", "data-testid": "filter", onchange: () => findings.show({ filter: this.#filter.value }) },
      ...Object.keys(text.list.filters).map((value) => el("option", { value })));
    this.#search = el("input", { type: "search", id: "search", "data-testid": "search", autocomplete: "off", maxlength: 200, oninput: () => findings.show({ search: this.#search.value }) });
    this.#sort = el("select", { id: "sort", "data-testid": "sort", onchange: () => findings.show({ sort: this.#sort.value, descending: FALLS_FIRST.has(this.#sort.value) }) },
      ...Object.entries(text.list.sorts).map(([value, name]) => el("option", { value }, name)), el("option", { value: "other", hidden: true }));
    this.#views = el("fieldset", { class: "plain" }, el("legend", {}, text.list.view), el("div", { class: "segmented" },
      ...Object.entries(text.list.views).map(([value, name]) => el("label", {},
        el("input", { type: "radio", name: "results-view", value, "data-testid": `view-${value}`, onchange: () => findings.set({ view: /** @type {any} */ (value) }) }), el("span", {}, name)))));
    this.#review = el("button", { type: "button", class: "primary", id: "review", "data-testid": "review", onclick: review });
    this.root = el("div", { class: "toolbar", role: "group", "aria-label": text.list.toolbar },
      field(text.list.filter, this.#filter), field(text.list.search, this.#search), field(text.list.sort, this.#sort), this.#views, this.#review, this.#shown);
  }

  draw({ wish, counts, shown, view }) {
    for (const option of this.#filter.options) setText(option, text.list.option(text.list.filters[option.value], counts[option.value]));
    this.#filter.value = wish.filter;
    if (document.activeElement !== this.#search) this.#search.value = wish.search;
    const named = wish.sort in text.list.sorts && wish.descending === FALLS_FIRST.has(wish.sort);
    setText(this.#sort.options[this.#sort.options.length - 1], named ? "" : text.list.sorted(text.list.columns[wish.sort] ?? text.list.sorts[wish.sort], wish.descending));
    this.#sort.value = named ? wish.sort : "other";
    for (const radio of this.#views.querySelectorAll("input")) radio.checked = radio.value === view;
    this.#review.disabled = counts.flagged === 0;
    setText(this.#review, counts.flagged === 0 ? text.list.reviewNone : text.list.review(counts.flagged));
    setText(this.#shown, text.list.shown(shown.length, counts.all));
  }
}

const field = (title, input) => el("label", { class: "field" }, el("span", {}, title), input);
