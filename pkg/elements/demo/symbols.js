/** What the papers call the two vectors that are compared, and the network that makes the second one. */
export const SYMBOLS = {
  ganomaly: { codes: ["z", "z′"], second: "E" },
  "skip-ganomaly": { codes: ["f(x)", "f(x′)"], second: "D" },
};
