/** Everything that the elements say, in English; the other languages have the same keys. */
export const en = {
  starting: "Getting ready…",
  wrongAttribute: (name, value, allowed) => `The attribute ${name}="${value}" is not possible here. Use ${allowed}.`,
  range: (low, high, whole) => `a ${whole ? "whole " : ""}number from ${low} to ${high}`,
  noPreset: (id, known) => `There is no model “${id}”. Those at hand: ${known}.`,
  presetsGone: (why) => `The models could not be fetched (${why}). Check the connection, and that the folder weights/ lies beside the folder elements/.`,
  samplesGone: (why) => `The sample images could not be fetched (${why}). Check the connection, and that the folder samples/ lies beside the folder elements/.`,
  latent: {
    map: "Map of the latent space",
    method: "How the map is made",
    pca: "PCA", tsne: "t-SNE", cancel: "Cancel",
    images: "Show the images", scores: "Show the scores",
    highest: "Highest score", lowest: "Lowest score",
    normal: "normal", anomaly: "anomaly, never trained on",
    progress: "Computed so far",
    before: "Here the encoder puts each sample image as a point: images that it takes to be alike lie close together.",
    scoring: (count) => `The encoder looks at ${count} test images…`,
    tsneUnderWay: "t-SNE pushes and pulls the points until neighbours in the latent space are neighbours on the map…",
    pcaDone: (share) => `The two directions in which z varies most. They hold ${percent(share)} of the variance: the map is a shadow of the space.`,
    tsneDone: (seed) => `t-SNE keeps neighbours together; distances between groups mean nothing. Another seed than ${seed} gives another map.`,
    pick: "Point at an image",
    pickHint: "Its picture, its reconstruction and its score appear here.",
    keys: "With the keyboard: arrow keys on the map go from image to image.",
    pictures: { input: "x", reconstruction: "x′", difference: "|x − x′|" },
    title: (dataset, name, isAnomaly) => `${dataset === "mnist" ? `Digit ${name}` : name.replaceAll("-", " ")}, ${isAnomaly ? "an anomaly" : "normal"}`,
    verdict: ({ score, lower, threshold }) => `Score ${significant(score)}, higher than ${percent(lower)} of the images here.${threshold === null ? "" : ` With a limit of 5 % false alarms (${significant(threshold)}) it is ${score > threshold ? "called an anomaly" : "let through"}.`}`,
  },
};

const significant = (value) => new Intl.NumberFormat("en", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }).format(value);
const percent = (share) => `${Math.floor(100 * share)} %`;
