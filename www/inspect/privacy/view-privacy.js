/** The privacy panel: what this page can do with the network, what it did, and how to check it. */
import { byId, el, scrollTo, setText } from "../../pkg/dom.js";
import { keepForOffline } from "../../shared/offline.js";
import { text as all } from "../../text/inspect.js";
import { Remote } from "../../pkg/rpc.js";
import { attemptFetch, attemptImage } from "./attempt.js";
import { Ledger } from "./ledger.js";
import { policiesInForce } from "./policies.js";

const text = all.privacy;
const LOOK_EVERY_MS = 2000;
const HASH = "#privacy";

/**
 * @param {Record<string, () => Promise<import("../../pkg/requests.js").Request[]>>} engaged the page's workers
 * @returns {{ keep: () => Promise<void> }} to be called when the page has all that it needs
 */
export function showPrivacy(engaged) {
  const attempts = new Remote(() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
  const workers = { ...engaged, attempts: () => attempts.resources() };
  const ledger = new Ledger(workers);
  const rows = el("tbody");
  const policies = el("dl", { class: "policies" });
  byId("privacy-parts").append(policiesPart(policies), attemptPart(attempts), listPart(rows), stepsPart(), promisePart(text.promised), promisePart(text.notPromised));

  const draw = () => {
    const entries = ledger.entries();
    drawCount(ledger, entries);
    if (byId("privacy-more").open) drawRows(rows, entries);
  };
  const look = async () => {
    // Before, it would start workers that the page needs later.
    if (ledger.isLoaded) await ledger.ask();
    draw();
  };
  const drawOpen = async () => {
    if (!byId("privacy-more").open) return;
    drawPolicies(policies, await policiesInForce());
    await look();
  };

  byId("privacy-more").addEventListener("toggle", drawOpen);
  byId("privacy-show").addEventListener("click", show);
  if (location.hash === HASH) show();
  watchWhileSeen(byId("privacy"), look);
  draw();
  return {
    async keep() {
      const complete = await keepForOffline(Object.values(workers));
      await ledger.markLoaded();
      setText(byId("privacy-offline"), text.offline[complete]);
      draw();
      await drawOpen();
    },
  };
}

function show() {
  byId("privacy-more").open = true;
  byId("privacy").focus({ preventScroll: true });
  scrollTo(byId("privacy"));
}

/** Looks again every few seconds, but only while somebody can see it. */
function watchWhileSeen(section, look) {
  let timer = 0;
  new IntersectionObserver(([{ isIntersecting }]) => {
    clearInterval(timer);
    if (!isIntersecting) return;
    look();
    timer = setInterval(() => { if (document.visibilityState === "visible") look(); }, LOOK_EVERY_MS);
  }).observe(section);
}

function drawCount(ledger, entries) {
  const after = entries.filter(({ isAfter }) => isAfter).length;
  const foreign = entries.filter(({ isForeign }) => isForeign).length;
  const count = byId("privacy-count");
  const shown = ledger.isLoaded ? String(after) : "";
  if (count.dataset.count !== shown) {
    count.dataset.count = shown;
    count.replaceChildren(...(ledger.isLoaded ? [el("strong", {}, shown), " ", after === 1 ? text.sinceOne : text.since] : [text.loading]));
  }
  byId("privacy").dataset.trouble = String(foreign > 0);
  setText(byId("privacy-before"), [text.before(entries.length - after, location.host), text.foreign(foreign), text.after(after)].filter(Boolean).join(" "));
}

const part = (heading, ...children) => el("div", { class: "privacy-part" }, el("h3", {}, heading), ...children);

const policiesPart = (list) => part(text.policies.heading, list);

/** @param {HTMLElement} list @param {import("./policies.js").Policies} policies */
function drawPolicies(list, { own, served, allowlist, enforcesAllowlists, isolated }) {
  const words = text.policies;
  const rows = [
    ["content", words.content, own !== "", own ? words.own : words.noOwn, own],
    ["served", "", served === null ? null : served !== "", served === null ? words.servedUnknown : served ? words.served : words.notServed, served],
    ["allowlist", words.allowlist, allowlist === null ? null : allowlist !== "" && enforcesAllowlists,
      allowlist === null ? words.allowUnknown : allowlist ? words.allowed[enforcesAllowlists] : words.notAllowed, allowlist],
    ["isolation", words.isolation, isolated, words.isolated[isolated], ""],
  ];
  list.replaceChildren(...rows.flatMap(([name, title, holds, sentence, value]) => [
    ...(title ? [el("dt", {}, title)] : []),
    el("dd", { "data-testid": "privacy-policy", "data-policy": name, "data-state": holds === null ? "unknown" : holds ? "in-force" : "missing" },
      el("p", {}, sentence), ...(value ? [el("code", {}, value)] : [])),
  ]));
}

/** @param {Remote} worker */
function attemptPart(worker) {
  const words = text.attempt;
  const ways = { fetch: () => attemptFetch("fetch"), image: () => attemptImage("image"), worker: () => worker.call("attempt") };
  const outcomes = el("ul", { class: "outcomes" });
  const run = el("button", { type: "button", "data-testid": "privacy-try", onclick: tryThem }, words.run);

  async function tryThem() {
    run.disabled = true;
    outcomes.replaceChildren(el("li", { class: "quiet" }, words.running));
    const found = await Promise.all(Object.entries(ways).map(async ([way, attempt]) => ({ way, ...(await attempt()) })));
    outcomes.replaceChildren(...found.map(({ way, refused, rule }) => el("li", { "data-testid": "privacy-way", "data-way": way, "data-refused": String(refused) },
      el("strong", {}, `${words.ways[way]}: `), refused ? words.refused(rule) : words.through)));
    run.disabled = false;
  }
  return part(words.heading, el("p", {}, words.hint), run, el("div", { role: "status" }, outcomes));
}

function listPart(rows) {
  const words = text.list;
  const head = el("thead", {}, el("tr", {}, ...[words.time, words.who, words.address].map((title) => el("th", { scope: "col" }, title))));
  return part(words.heading, el("p", { class: "quiet" }, words.hint),
    el("div", { class: "requests", tabindex: "0", role: "region", "aria-label": words.heading }, el("table", {}, head, rows)));
}

/** Drawn anew only when there is something new: somebody may be reading it. */
function drawRows(rows, entries) {
  const state = String([entries.length, entries.filter(({ isAfter }) => isAfter).length]);
  if (rows.dataset.state === state) return;
  rows.dataset.state = state;
  rows.replaceChildren(...entries.map(rowOf));
}

function rowOf({ who, url, time, isForeign, isAfter }) {
  const words = text.list;
  const marks = [isForeign ? words.foreign : "", isAfter ? words.after : ""].filter(Boolean);
  return el("tr", { "data-testid": "privacy-request", "data-who": who, class: isForeign ? "foreign" : false },
    el("td", { class: "number-text" }, new Date(time).toLocaleTimeString()),
    el("td", {}, words.names[who]),
    el("td", { class: "address" }, isForeign ? url : new URL(url).pathname + new URL(url).search, ...marks.map((mark) => el("span", { class: "mark" }, mark))));
}

const stepsPart = () => part(text.verify.heading, el("ol", {}, ...text.verify.steps.map((step) => el("li", {}, step))));

const promisePart = ({ heading, items }) => part(heading, el("ul", {}, ...items.map((item) => el("li", {}, item))));
