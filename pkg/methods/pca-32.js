/** What pages say of the principal components, a control. */

/** @type {import("../methods.js").Method} */
export const method = {
  title: "PCA",
  note: "No network: each image is drawn from the 32 principal components of the normal ones. The score is what they cannot show.",
  code: "",
  picture: [
    { kind: "image", of: "input", name: { page: "image", en: "image", de: "Bild" } },
    { kind: "image", of: "reconstruction", name: { page: "of 32 components", en: "of 32 components", de: "aus 32 Komponenten" } },
  ],
  compared: [{ from: 1, to: 2, name: "A(x)" }],
  diagram: "The image x is drawn anew from 32 principal components of the normal images.",
  comparison: "The error is the score.",
  more: ["It learns at once and has no networks: a method that is not better has shown nothing."],
  formula: () => "A(x) = mean (x − x̂)² = ",
  score: () => "The score A(x) is the mean squared difference of the pixels.",
  figures: {
    en: { flow: "The image x is drawn anew, x′, from 32 principal components of the normal images.", score: () => "The score is the error: A(x) = ", losses: {} },
    de: { flow: "Das Bild x wird aus 32 Hauptkomponenten der normalen Bilder neu gezeichnet, x′.", score: () => "Der Score ist der Fehler: A(x) = ", losses: {} },
  },
};
