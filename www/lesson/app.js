/** The lesson's and the teacher's page: figures, tasks, and a copy for offline use. Without it both can be read. */
import { keepForOffline } from "../shared/offline.js";
import { setUpTasks } from "./tasks.js";

/** The figures of this page; one whose code cannot be had leaves its description in its place. */
async function loadFigures() {
  const names = new Set([...document.querySelectorAll("main :not(:defined)")].map((element) => element.localName));
  await Promise.allSettled([...names].map((name) => import(`../pkg/elements/${name.replace("ganomaly-", "")}.js`)));
}

/** Not before a figure has fetched the engine: whoever only reads need not fetch it for the copy. */
function keepOnceUsed() {
  const engineIsThere = (list) => list.getEntries().some(({ name }) => name.endsWith("/engine/worker.js"));
  const watcher = new PerformanceObserver((list) => {
    if (!engineIsThere(list)) return;
    watcher.disconnect();
    keepForOffline([]);
  });
  watcher.observe({ type: "resource", buffered: true });
}

/** lesson.html?answers is for whoever prints the answers, too. */
function openAnswers() {
  if (!new URLSearchParams(location.search).has("answers")) return;
  for (const answer of document.querySelectorAll("details")) answer.open = true;
}

setUpTasks();
openAnswers();
loadFigures();
keepOnceUsed();
