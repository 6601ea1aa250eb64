/**
 * A list of as many models as the page is made for, whatever weights come with the repository: cards as the real ones
 * have them, the networks tiny and the same throughout.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { rewriteCard, TINY_SKIP_WEIGHTS, TINY_WEIGHTS } from "./fixtures.js";

const FASHION = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
const METHODS = { ganomaly: TINY_WEIGHTS, "skip-ganomaly": TINY_SKIP_WEIGHTS };

const leaveOneOut = (dataset, terms, notes, classes) => classes.map((name) => ({
  id: `${dataset}-${name}`, title: `${name} is the anomaly`,
  data: { dataset, protocol: "leave-one-out, pooled 80/20, 1000 training images set aside for calibration", anomalousClasses: [name], terms, notes },
}));

const TASKS = [
  ...leaveOneOut("mnist", "MNIST: freely used; cite LeCun & Cortes", [], [..."0123456789"]),
  ...leaveOneOut("cifar10", "CIFAR-10: cite Krizhevsky 2009", ["CIFAR-10 from JPEG files, not the original bytes"], ["airplane", "automobile", "frog", "ship"]),
  ...["Trouser", "Ankle boot"].map((name) => ({
    id: `fashion-mnist-only-${name.toLowerCase().replace(" ", "-")}`, title: `Only ${name} is normal`,
    data: {
      dataset: "fashion-mnist", protocol: "one-class, pooled 80/20, 1000 training images set aside for calibration",
      anomalousClasses: FASHION.filter((other) => other !== name), terms: "Fashion-MNIST: MIT licence, Zalando Research", notes: [],
    },
  })),
  {
    id: "xray-threats", title: "xray-threats",
    data: {
      dataset: "xray-threats", protocol: "one-class, official split, 120 training images set aside for calibration",
      anomalousClasses: ["gun", "razor-blade", "shuriken"], terms: "GDXray: research and teaching only; cite Mery et al. 2015", notes: [],
    },
  },
];

/**
 * Writes the list and its weights to a folder that lasts as long as the test.
 * @param {import("node:test").TestContext} t
 * @returns {{ models: any[], extra: Record<string, string> }} `extra` is for the server
 */
export function galleryOfModels(t) {
  const folder = mkdtempSync(path.join(tmpdir(), "ganomaly-gallery-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const models = Object.keys(METHODS).flatMap((method) => TASKS.map((task, index) => writeModel(folder, method, task, index)));
  writeFileSync(path.join(folder, "manifest.json"), JSON.stringify({ version: 1, models }));
  const names = ["manifest.json", ...models.map((model) => model.file)];
  return { models, extra: Object.fromEntries(names.map((name) => [`pkg/weights/${name}`, path.join(folder, name)])) };
}

function writeModel(folder, method, { id: task, title, data }, index) {
  const id = method === "ganomaly" ? task : `skip-${task}`;
  let card = null;
  const bytes = rewriteCard(readFileSync(METHODS[method]), (found) => {
    Object.assign(found, { name: task, data: { ...found.data, ...data } });
    found.metrics.auc = 0.55 + (index % 9) / 20;
    card = found;
  });
  const file = `${id}.safetensors`;
  writeFileSync(path.join(folder, file), bytes);
  return { id, title, file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex"), card };
}
