/**
 * Tasks with answers that can be checked. A task is a form:
 *   data-right    the right answer: the value of an option, or a number, from which data-within may differ
 *   data-deed     instead: something to be done in the figure whose id is data-figure
 *   data-hint     on an option: what to say to whoever chooses it
 * Its last part is the answer with its reason, in <details>, which opens by itself once the answer was found.
 */

const SAYS = {
  right: "Right.",
  wrong: "Not quite. Try again, or open the answer.",
  missing: "Choose or type an answer first.",
  undone: "Not yet. It is to be done in the figure above.",
  tally: (solved, all) => `You have solved ${solved} of ${all} tasks.`,
};

/** What can be done in a figure: the event that tells of it, and what is missing yet, "" if nothing is. */
const DEEDS = {
  missed: {
    event: "ganomaly-selected",
    missing: ({ isAnomaly, isFlagged }) => (!isAnomaly ? "Not yet. The image chosen last is no 2." : isFlagged ? "Not yet. The 2 chosen last is above the threshold." : ""),
  },
  caught: {
    event: "ganomaly-threshold",
    missing({ tpr, truePositives, falseNegatives }) {
      const caught = `Not yet. ${truePositives} of ${truePositives + falseNegatives} are caught`;
      return tpr < 0.75 ? `${caught}: go lower.` : tpr >= 0.8 ? `${caught}: go higher.` : "";
    },
  },
};

/** Makes the page's tasks checkable. */
export function setUpTasks() {
  const tasks = /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll("form.task")]);
  for (const task of tasks) setUp(task, () => tell(tasks));
}

/** @param {HTMLFormElement} task @param {() => void} onSolved */
function setUp(task, onSolved) {
  const verdictOn = task.dataset.deed ? watched(task) : () => judged(task);
  task.noValidate = true;
  task.querySelector("button").hidden = false;
  task.addEventListener("submit", (event) => {
    event.preventDefault();
    const { kind, words } = verdictOn();
    task.dataset.verdict = kind;
    task.querySelector("output").textContent = words;
    if (kind !== "right") return;
    task.querySelector("details").open = true;
    onSolved();
  });
}

/** @typedef {{ kind: "right" | "wrong" | "missing", words: string }} Verdict */

/** @param {HTMLFormElement} task @returns {Verdict} */
function judged(task) {
  const given = String(new FormData(task).get("answer") ?? "").trim();
  if (given === "") return { kind: "missing", words: SAYS.missing };
  if (isRight(given, task.dataset)) return { kind: "right", words: SAYS.right };
  const hint = /** @type {HTMLElement | null} */ (task.querySelector("input:checked"))?.dataset.hint;
  return { kind: "wrong", words: hint ? `Not quite. ${hint}` : SAYS.wrong };
}

/** Numbers are compared as such: 3.0 is 3. @param {string} given @param {DOMStringMap} task */
function isRight(given, { right, within = "0" }) {
  return given === right || Math.abs(Number(given) - Number(right)) <= Number(within);
}

/** @param {HTMLFormElement} task @returns {() => Verdict} on what was done last */
function watched(task) {
  const { event, missing } = DEEDS[task.dataset.deed];
  let words = SAYS.undone;
  document.getElementById(task.dataset.figure).addEventListener(event, ({ detail }) => { words = missing(detail); });
  return () => (words === "" ? { kind: "right", words: SAYS.right } : { kind: "wrong", words });
}

/** @param {HTMLFormElement[]} tasks */
function tell(tasks) {
  const solved = tasks.filter((task) => task.dataset.verdict === "right").length;
  document.getElementById("tally").textContent = SAYS.tally(solved, tasks.length);
}
