import assert from "node:assert/strict";
import { test } from "node:test";
import { Scoring } from "../../../pkg/scoring.js";

/** A queue over a list that grows, with what it was asked to score. */
function queue(waiting) {
  const scored = [];
  const scoring = new Scoring({
    waiting: () => waiting.filter((item) => !scored.includes(item)),
    score: async (items) => items.map(() => 1),
    done: (items) => { scored.push(...items); },
    failed: (error) => { throw error; },
  });
  return { scored, scoring };
}

test("what comes while the queue finds nothing more is scored as well", async () => {
  const waiting = [];
  const { scored, scoring } = queue(waiting);
  const first = scoring.kick();
  waiting.push("late");
  await Promise.all([first, scoring.kick()]);
  assert.deepEqual(scored, ["late"]);
});

test("what fails ends the work, and the next call begins anew", async () => {
  const errors = [];
  let isBroken = true;
  const scored = [];
  const scoring = new Scoring({
    waiting: () => ["a", "b"].filter((item) => !scored.includes(item)),
    score: async (items) => { if (isBroken) throw new Error("broken"); return items.map(() => 1); },
    done: (items) => { scored.push(...items); },
    failed: (error) => { errors.push(error.message); },
  });
  await scoring.kick();
  assert.deepEqual([errors, scored], [["broken"], []]);
  isBroken = false;
  await scoring.kick();
  assert.deepEqual([errors, scored], [["broken"], ["a", "b"]]);
});
