/** Part 2: the button, what it would do, the settings, and the run while it goes on. */
import { byId, drawPicture, el, setText } from "../pkg/dom.js";
import { RunPanel } from "../shared/run-panel.js";
import { text } from "../text/inspect.js";
import { FEWEST_NORMALS, isOutdated } from "./learning.js";
import { MOST_VALUE } from "./project.js";
import { isOwner, isTraining } from "./store.js";

const SIZES = [32, 64, 128, 192, 256];

/** @param {import("./store.js").InspectStore} store @param {import("./workspace.js").Workspace} workspace @param {import("./learning.js").Learning} learning */
export function showLearn(store, workspace, learning) {
  const panel = new RunPanel(byId("run"), learning.training);
  const fields = settingFields((name, value) => workspace.edit(({ settings }) => { settings[name] = value; }, "settings"));
  byId("settings-grid").append(...fields.map((field) => field.root));
  byId("learn-start").addEventListener("click", () => {
    const wrong = fields.find((field) => !field.input.checkValidity());
    if (!wrong) return learning.start();
    byId("settings").open = true;
    wrong.input.reportValidity();
  });
  byId("go-on").addEventListener("click", () => learning.goOn());
  byId("give-up").addEventListener("click", () => learning.giveUp());
  store.watch(["run"], ({ run }) => panel.draw(run));
  store.watch(["project", "normals", "settings", "model", "run", "recipe", "seen", "access", "engine", "bringing"], (state) => {
    if (state.project) draw(state, fields);
  });
  const canvas = el("canvas", { role: "img", "aria-label": text.learn.seenPicture });
  const caption = el("p", { class: "quiet" });
  byId("learn-seen").append(canvas, caption);
  store.watch(["project", "seen"], ({ seen }) => {
    byId("learn-seen").hidden = !seen;
    if (!seen) return;
    drawPicture(canvas, seen.picture);
    setText(caption, text.learn.seen(seen));
  });
}

function draw(state, fields) {
  const { project, recipe, seen, bringing } = state;
  const number = project.normals.length;
  const isBusy = isTraining(state);
  byId("learn-start").disabled = !isOwner(state) || isBusy || number < FEWEST_NORMALS || !state.engine || bringing?.part === "normals";
  setText(byId("learn-start"), project.model ? text.learn.again : text.learn.start);
  const plan = number < FEWEST_NORMALS ? text.normals.notEnough(number) : recipe?.images === number ? text.learn.plan({ ...recipe, channels: seen?.channels ?? recipe.channels }) : "";
  const isNeeded = !isBusy && (!project.model || isOutdated(project));
  setText(byId("learn-plan"), isNeeded ? plan : "");
  drawModel(project, isBusy);
  drawPending(state);
  for (const field of fields) field.draw(project.settings, recipe, !isOwner(state) || isBusy);
}

function drawModel(project, isBusy) {
  const { model } = project;
  setText(byId("learn-trained"), model && !isBusy ? text.learn.trained({
    images: model.trainedOn.length, bestEpoch: model.bestEpoch, calibration: model.calibration.scores.length, valueRange: model.card.valueRange,
  }) : "");
  byId("learn-trained").dataset.model = String(model !== null);
  byId("learn-outdated").hidden = isBusy || !isOutdated(project);
}

/** A run that was cut short is offered again. */
function drawPending(state) {
  const { run } = state.project;
  byId("learn-pending").hidden = !run || isTraining(state) || !isOwner(state);
  setText(byId("learn-kept"), run && isTraining(state) ? text.learn.kept(run.epoch) : "");
  if (run) setText(byId("learn-pending-text"), text.learn.pending(run.epoch, run.epochs));
}

/** @param {(name: string, value: any) => void} set */
function settingFields(set) {
  const choice = (name, title, options) => field(name, title, el("select", {}, ...options.map(([value, label]) => el("option", { value }, label))), (value) => value, set);
  const number = (name, title, limits) => field(name, title, el("input", { type: "number", ...limits }), Number, set);
  const automatic = ["", text.learn.automatic];
  return [
    choice("method", text.learn.method, [automatic, ...Object.entries(text.learn.methods)]),
    Object.assign(choice("size", text.learn.size, [automatic, ...SIZES.map((size) => [String(size), String(size)])]), { parse: Number }),
    Object.assign(choice("channels", text.learn.channels, [automatic, ["1", text.learn.grey], ["3", text.learn.colour]]), { parse: Number }),
    ...rangeFields(set),
    choice("augmentation", text.learn.augmentation, [automatic, ["flips-and-shifts", text.learn.flipsAndShifts], ["none", text.learn.asTheyAre]]),
    number("epochs", text.learn.epochs, { min: 1, max: 10000, step: 1 }),
    number("batchSize", text.learn.batchSize, { min: 2, max: 256, step: 1 }),
    number("learningRate", text.learn.learningRate, { min: 0.000001, max: 0.1, step: "any" }),
    number("seed", text.learn.seed, { min: 0, max: 4294967295, step: 1, required: true }),
  ];
}

/** Black and white are one setting: an end that is left empty is where values end. @param {(name: string, value: any) => void} set */
function rangeFields(set) {
  const fields = ["low", "high"].map((end) => ({
    end, input: el("input", { type: "number", min: 0, max: MOST_VALUE, step: 1, placeholder: text.learn.automatic, id: `setting-${end}`, "data-testid": `setting-${end}` }),
  }));
  const typed = () => Object.fromEntries(fields.map(({ end, input }) => [end, input.value === "" ? null : input.valueAsNumber]));
  const change = () => {
    const { low, high } = typed();
    const range = low === null && high === null ? null : { low: low ?? 0, high: high ?? MOST_VALUE };
    fields[1].input.setCustomValidity(range && range.low >= range.high ? text.learn.whiteAbove : "");
    if (fields.every(({ input }) => input.reportValidity())) set("valueRange", range);
  };
  return fields.map(({ end, input }) => {
    input.addEventListener("change", change);
    return {
      input, root: el("label", { class: "field" }, el("span", {}, text.learn[end]), input),
      draw({ valueRange }, _, isLocked) {
        input.disabled = isLocked;
        if (document.activeElement !== input && input.validity.valid) input.value = valueRange ? String(valueRange[end]) : "";
      },
    };
  });
}

/** A setting that the recipe decides where it is left empty; what it decided shows as a placeholder. */
function field(name, title, input, parse, set) {
  input.id = `setting-${name}`;
  input.dataset.testid = input.id;
  const one = {
    parse, input, root: el("label", { class: "field" }, el("span", {}, title), input),
    draw(settings, recipe, isLocked) {
      input.disabled = isLocked;
      if (document.activeElement !== input) input.value = settings[name] === null ? "" : String(settings[name]);
      if (input.tagName === "INPUT" && recipe?.[name] !== undefined) input.placeholder = String(recipe[name]);
    },
  };
  input.addEventListener("change", () => {
    if (input.reportValidity()) set(name, input.value === "" ? null : one.parse(input.value));
  });
  return one;
}
