/** What pages say of the nearest normal images, a control. */

/** @type {import("../methods.js").Method} */
export const method = {
  title: "Nearest normals",
  note: "No network: the score is the mean distance to the five normal images that are most like the image.",
  code: "",
  picture: [{ kind: "image", of: "input", name: { page: "image", en: "image", de: "Bild" } }],
  diagram: "The image x is compared with every normal image that is remembered.",
  comparison: "The mean distance to the five nearest is the score.",
  more: ["It learns at once and has no networks: a method that is not better has shown nothing."],
  formula: () => "A(x) = mean ‖x − five nearest‖ = ",
  score: () => "The score A(x) is the mean Euclidean distance to the five nearest normal images, pixels in −1 to 1.",
  figures: {
    en: { flow: "The image x is compared with every normal image.", score: () => "The score is the mean distance to the five nearest: A(x) = ", losses: {} },
    de: { flow: "Das Bild x wird mit jedem normalen Bild verglichen.", score: () => "Der Score ist der mittlere Abstand zu den fünf nächsten: A(x) = ", losses: {} },
  },
};
