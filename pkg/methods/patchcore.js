/** What pages say of PatchCore. */

/** @type {import("../methods.js").Method} */
export const method = {
  title: "PatchCore",
  note: "A frozen network that has seen photographs describes each place of the image. The score is how far its oddest places are from the nearest normal places.",
  code: "",
  picture: [{ kind: "image", of: "input", name: { page: "image", en: "image", de: "Bild" } }],
  diagram: "A frozen network describes each place of the image x; each description is compared with those of normal places.",
  comparison: "The mean over the oddest places is the score.",
  more: ["It learns at once: it remembers what normal places look like, and how far such places usually are from what is remembered."],
  formula: () => "A(x) = mean over the oddest places of (d − usual d) / spread = ",
  score: () => "The score A(x) is the mean over the oddest 7 % of the places: how many deviations each is farther from the nearest normal place than is usual there.",
  figures: {
    en: {
      flow: "A frozen network describes each place of the image x, and each description is compared with those of normal places.",
      score: () => "The score is the mean of the oddest places' distances: A(x) = ", losses: {},
    },
    de: {
      flow: "Ein festes Netz beschreibt jede Stelle des Bilds x, und jede Beschreibung wird mit denen normaler Stellen verglichen.",
      score: () => "Der Score ist der mittlere Abstand der auffälligsten Stellen: A(x) = ", losses: {},
    },
  },
};
