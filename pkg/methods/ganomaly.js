/** What pages say of GANomaly. */

/** @type {import("../methods.js").Method} */
export const method = {
  title: "GANomaly",
  note: "Boils the image down to a short code, rebuilds it from that, and encodes the rebuilt image once more. The paper's score is the distance between the two codes.",
  code: "z",
  codes: ["z", "z′"],
  isMeanOfCodes: true,
  isTraced: true,
  picture: [
    { kind: "image", of: "input", name: { page: "image", en: "image", de: "Bild" } },
    { kind: "network", shape: "narrowing", letter: "G", index: "E", name: { page: "encoder", en: "encoder", de: "Encoder" } },
    { kind: "code", latent: 0, symbol: { page: "z", figure: "z" }, name: { page: "code", en: "code", de: "Code" } },
    { kind: "network", shape: "widening", letter: "G", index: "D", name: { page: "decoder", en: "decoder", de: "Decoder" } },
    { kind: "image", of: "reconstruction", name: { page: "rebuilt", en: "rebuilt", de: "nachgebaut" } },
    { kind: "network", shape: "narrowing", letter: "E", width: 3.4, name: { page: "encoder", en: "2nd encoder", de: "2. Encoder" } },
    { kind: "code", latent: 1, symbol: { page: "ẑ", figure: "z′" }, width: 2.8, name: { page: "its code", en: "code", de: "Code" } },
  ],
  compared: [{ from: 3, to: 7, name: "how far apart? A(x)" }],
  diagram: "The encoder turns the image x into a short code z, the decoder rebuilds an image from z, a second encoder turns that into the code z-hat.",
  comparison: "The distance between the two codes is the score.",
  more: [
    "z is a short list of numbers, the code, to which the encoder boils the image down. The decoder has to rebuild the whole image from it.",
    "The reconstruction is what the decoder makes of z. It has only ever learnt to draw normal images, so the unusual is missing or bent towards the normal.",
  ],
  formula: ({ absolute }) => (absolute ? "A(x) = mean |z − ẑ| = " : "A(x) = mean (z − ẑ)² = "),
  score: ({ absolute }) => `The score A(x) is the mean ${absolute ? "absolute" : "squared"} distance between z and ẑ, the code of the reconstruction. The two are close together for images like those in training and drift apart for others. The score of an image depends on that image alone.`,
  losses: { adversarial: "Adversarial", contextual: "Contextual", encoder: "Encoder", discriminator: "Discriminator" },
  figures: {
    en: {
      flow: "The encoder turns the image x into the code z, the decoder rebuilds an image x′ from z alone, a second encoder turns x′ into the code z′.",
      score: () => "The score is the mean of the lowest row (dashed; solid: the threshold, ▲: cut off): A(x) = ",
      losses: {
        contextual: { label: "Contextual", formula: "mean of |x − x′|" },
        encoder: { label: "Encoder", formula: "mean of (z − z′)²" },
        adversarial: { label: "Feature matching", formula: "mean of (f(x) − f(x′))²" },
        discriminator: { label: "Discriminator", formula: "real or reconstructed?" },
      },
    },
    de: {
      flow: "Der Encoder macht aus dem Bild x den Code z, der Decoder baut allein aus z ein Bild x′ nach, ein zweiter Encoder macht aus x′ den Code z′.",
      score: () => "Der Score ist das Mittel der untersten Zeile (gestrichelt; durchgezogen: die Schwelle, ▲: abgeschnitten): A(x) = ",
      losses: {
        contextual: { label: "Kontext", formula: "Mittel von |x − x′|" },
        encoder: { label: "Encoder", formula: "Mittel von (z − z′)²" },
        adversarial: { label: "Merkmalsvergleich", formula: "Mittel von (f(x) − f(x′))²" },
        discriminator: { label: "Diskriminator", formula: "echt oder rekonstruiert?" },
      },
    },
  },
};
