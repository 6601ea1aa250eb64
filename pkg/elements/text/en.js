/** Everything that the elements say, in English; the other languages have the same keys. */
export const en = {
  starting: "Getting ready…",
  wrongAttribute: (name, value, allowed) => `The attribute ${name}="${value}" is not possible here. Use ${allowed}.`,
  range: (low, high, whole) => `a ${whole ? "whole " : ""}number from ${low} to ${high}`,
  noPreset: (id, known) => `There is no model “${id}”. Those at hand: ${known}.`,
  presetsGone: (why) => `The models could not be fetched (${why}). Check the connection, and that the folder weights/ lies beside the folder elements/.`,
  samplesGone: (why) => `The sample images could not be fetched (${why}). Check the connection, and that the folder samples/ lies beside the folder elements/.`,
};
