/** What pages say of the plain autoencoder. */

/** @type {import("../methods.js").Method} */
export const method = {
  title: "Autoencoder",
  note: "Squeezes the image into a short code and rebuilds it from that. The score is how far the rebuilt image is from the image.",
  code: "z",
  picture: [
    { kind: "image", of: "input", width: 6.7, name: { page: "image", en: "image", de: "Bild" } },
    { kind: "network", shape: "narrowing", letter: "G", index: "E", width: 5.2, name: { page: "encoder", en: "encoder", de: "Encoder" } },
    { kind: "code", latent: 0, symbol: { page: "z", figure: "z" }, width: 3.4, name: { page: "code", en: "code", de: "Code" } },
    { kind: "network", shape: "widening", letter: "G", index: "D", width: 5.2, name: { page: "decoder", en: "decoder", de: "Decoder" } },
    { kind: "image", of: "reconstruction", width: 6.7, name: { page: "rebuilt", en: "rebuilt", de: "nachgebaut" } },
  ],
  compared: [{ from: 1, to: 5, name: "how far apart?" }],
  diagram: "An encoder turns the image x into a code z, from which a decoder rebuilds the image.",
  comparison: "The score is the mean squared difference between the image and the rebuilt one.",
  more: ["The networks were trained on normal images only: what they have never seen, they rebuild badly."],
  formula: () => "A(x) = ",
  score: () => "The score A(x) is the mean squared difference between the pixels of the image and of its reconstruction.",
  losses: { reconstruction: "Reconstruction" },
  figures: {
    en: {
      flow: "An encoder turns the image x into a code z, from which a decoder rebuilds the image as x′.",
      score: () => "The score is the mean squared difference between x and x′: A(x) = ",
      losses: { reconstruction: { label: "reconstruction", formula: "mean (x − x′)²" } },
    },
    de: {
      flow: "Ein Encoder macht aus dem Bild x einen Code z, aus dem ein Decoder das Bild als x′ nachbaut.",
      score: () => "Der Score ist die mittlere quadrierte Abweichung zwischen x und x′: A(x) = ",
      losses: { reconstruction: { label: "Rekonstruktion", formula: "Mittel (x − x′)²" } },
    },
  },
};
