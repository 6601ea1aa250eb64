import assert from "node:assert/strict";
import { test } from "node:test";
import { csvFile, jsonFile } from "../../../www/inspect/results/tables.js";
import { arrange, count } from "../../../www/inspect/results/arrange.js";
import { html, trusted } from "../../../www/inspect/results/html.js";
import { Pieces, sorted } from "../../../www/inspect/results/pieces.js";
import { cell } from "../../../www/shared/csv.js";
import { limitOf, pValueWords, rateOf, ratesOf, thresholdAt, thresholdOf, verdictOf } from "../../../www/inspect/results/ruling.js";

const modelOf = (held) => ({ calibration: { scores: Array.from({ length: held }, (_, index) => index + 1), strictestRate: 1 / (held + 1), thresholds: [] } });

test("an image is odd at a whole per cent exactly when so few of the held-out ones are as odd", () => {
  for (const held of [9, 19, 24, 39, 99, 100, 333]) {
    const model = modelOf(held);
    const [lowest, highest] = ratesOf(model);
    assert.ok(1 / (held + 1) <= lowest / 100 + 1e-12 && (lowest === 1 || 1 / (held + 1) > (lowest - 1) / 100), `${held} can promise ${lowest} %`);
    for (let rate = lowest; rate <= highest; rate++) {
      const limit = limitOf({ rate, model });
      for (let asOdd = 0; asOdd <= held; asOdd++) {
        const image = { score: 1, pValue: (asOdd + 1) / (held + 1) };
        const expected = (asOdd + 1) * 100 <= rate * (held + 1) ? "anomaly" : "normal";
        assert.equal(verdictOf(image, limit), expected, `${asOdd} of ${held} at ${rate} %`);
      }
    }
  }
});

test("a rate that cannot be promised gives way to the lowest that can; without a calibration there is no verdict", () => {
  assert.equal(rateOf({ rate: 5, model: modelOf(9) }), 10);
  assert.equal(rateOf({ rate: 5, model: modelOf(3) }), 25);
  assert.deepEqual(ratesOf(modelOf(3)), [25, 25]);
  assert.equal(ratesOf(modelOf(19))[0], 5);
  assert.equal(ratesOf(modelOf(0)), null);
  assert.equal(limitOf({ rate: 5, model: modelOf(0) }), undefined);
  assert.equal(limitOf({ rate: 5, model: null }), undefined);
  assert.equal(verdictOf({ score: 9, pValue: 0.01 }, undefined), "");
  assert.equal(verdictOf({ score: 9, pValue: 0.01 }, null), "normal");
  assert.equal(verdictOf({ score: null, pValue: null, error: "no" }, 0.05), "unreadable");
  assert.equal(thresholdAt(modelOf(3).calibration, 25), 3, "nothing above the highest");
});

test("by the limit for a batch the same are odd as above its threshold", () => {
  for (const held of [9, 39, 99]) {
    const model = modelOf(held);
    for (let asOdd = 0; asOdd < held; asOdd++) {
      const limit = (asOdd + 1) / (held + 1);
      const threshold = thresholdOf({ batchRate: 10, model }, limit);
      for (const score of [0.5, 1, 1.5, held - 0.5, held, held + 1]) {
        const pValue = (1 + model.calibration.scores.filter((other) => other >= score).length) / (held + 1);
        assert.equal(score > threshold, pValue <= limit + 1e-12, `${score} at ${limit} of ${held}`);
      }
    }
    assert.equal(thresholdOf({ batchRate: 10, model }, null), null);
    assert.equal(thresholdOf({ batchRate: null, rate: 20, model }, 0.2), thresholdAt(model.calibration, 20));
  }
});

test("a p-value in words", () => {
  assert.match(pValueWords(1 / 40, 39), /^None of the 39 .* 1 in 40 /);
  assert.match(pValueWords(2 / 40, 39), /^About 1 in 20 /);
  assert.match(pValueWords(0.7, 39), /^About 70 % /);
});

test("sorted in pieces as in one, ties in their order", async () => {
  const items = Array.from({ length: 3000 }, (_, index) => ({ key: (index * 7919) % 100, index }));
  const expected = [...items].sort((a, b) => a.key - b.key);
  assert.deepEqual(await sorted(items, (a, b) => a.key - b.key, new Pieces()), expected);
  for (const length of [0, 1, 255, 256, 257, 513]) {
    const some = items.slice(0, length);
    assert.deepEqual(await sorted(some, (a, b) => a.key - b.key, new Pieces()), [...some].sort((a, b) => a.key - b.key));
  }
});

test("ten thousand images are sorted and filtered in pieces, however fast: the page answers in between", async (t) => {
  let time = 0;
  t.mock.method(performance, "now", () => { time += 1; return time; }); // a millisecond passes whenever somebody looks at the clock
  const { mock: pauses } = t.mock.method(Pieces.prototype, "pause");
  const images = Array.from({ length: 10_000 }, (_, index) => ({ name: `image ${(index * 7919) % 10_000}`, score: index, pValue: 1, review: "", note: "" }));
  await arrange(images, 0.05, { filter: "all", search: "", sort: "name", descending: false });
  assert.ok(pauses.callCount() > 100, `${pauses.callCount()} pauses`);
});

test("work that is no longer wanted ends", async () => {
  const abort = new AbortController();
  const items = Array.from({ length: 200_000 }, (_, index) => ({ name: `image ${(index * 7919) % 200_000}`, score: index, pValue: 1, review: "", note: "" }));
  const under = arrange(items, 0.05, { filter: "all", search: "", sort: "name", descending: false }, abort.signal);
  setTimeout(() => abort.abort());
  await assert.rejects(under, { name: "AbortError" });
});

test("every order keeps what has no value last", async () => {
  const images = [null, 0.5, 0.1, null, 0.9].map((score, index) => ({ name: `${index}`, score, pValue: score, review: "", note: index === 1 ? "x" : "" }));
  const names = async (wish) => (await arrange(images, 0.05, { filter: "all", search: "", ...wish })).map(({ name }) => name).join("");
  assert.equal(await names({ sort: "score", descending: true }), "41203");
  assert.equal(await names({ sort: "score", descending: false }), "21403");
  assert.equal(await names({ sort: "note", descending: true }), "10234");
  assert.equal(await names({ sort: "brought", descending: true }), "43210");
  const counts = await count(images, 0.1);
  assert.deepEqual([counts.all, counts.flagged, counts.normal, counts.waiting, counts.unreviewed], [5, 1, 2, 2, 5]);
});

test("no cell of a table begins as a formula does, in letters of any width", () => {
  for (const nasty of ["=1+1", " +1", "-1", "@SUM(A1)", "\t=1", "＝1＋1", "＋1", "－1", "＠SUM(A1)", "\u3000＝1"]) assert.equal(cell(nasty), `"'${nasty}"`);
  for (const harmless of ["weld 1=2.png", "a-b", ""]) assert.equal(cell(harmless), `"${harmless}"`);
});

test("whatever comes from outside is escaped", () => {
  const nasty = `<b title="x" class='y'>&</b>`;
  assert.equal(String(html`<p>${nasty}</p>`), "<p>&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;&lt;/b&gt;</p>");
  assert.equal(String(html`${[html`<i>${"<"}</i>`, "<"]}${trusted("<hr>")}${null}${0}`), "<i>&lt;</i>&lt;<hr>0");
  assert.equal(String(html`${{ markup: "<script>", toString: () => "<script>" }}`), "&lt;script&gt;");
});

test("the table and the data have a box for each place that is odd by itself, of images that are called odd", async () => {
  const image = (name, pValue) => ({ id: name.repeat(64), name, bytes: 1, type: "image/png", score: 1 - pValue, pValue, review: "", note: "" });
  const project = { name: "Boxes", settings: {}, normals: [], images: [image("a", 0.01), image("b", 0.9)], model: null, rate: 5, batchRate: null, created: "" };
  const region = { left: 0.25, top: 0.5, width: 0.025, height: 0.0025 };
  const asked = [];
  const explain = (id) => { asked.push(id[0]); return Promise.resolve({ width: 1600, height: 1200, spots: [{ region, score: 3 }, { region, score: 2 }] }); };
  const job = /** @type {any} */ ({ project, limit: 0.05, explain, signal: new AbortController().signal, onProgress: () => {} });
  const lines = (await (await csvFile(job)).text()).trim().split("\r\n");
  assert.ok(lines[1].endsWith(",400 600 40 3;400 600 40 3") && lines[2].endsWith(","), lines.join());
  const { images } = JSON.parse(await (await jsonFile(job)).text());
  assert.deepEqual(images.map(({ boxes }) => boxes), [[{ x: 400, y: 600, width: 40, height: 3, score: 3 }, { x: 400, y: 600, width: 40, height: 3, score: 2 }], undefined]);
  assert.deepEqual(asked, ["a", "a"], "images that are called normal are not worked out");
});
