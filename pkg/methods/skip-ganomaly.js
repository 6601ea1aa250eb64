/** What pages say of Skip-GANomaly. */

/** @type {import("../methods.js").Method} */
export const method = {
  title: "Skip-GANomaly",
  note: "Rebuilds the image with a U-Net, whose skip connections carry fine detail past the code. The paper's score adds up the reconstruction error and the distance between the features that the discriminator finds in both images.",
  code: "f(x)",
  codes: ["f(x)", "f(x′)"],
  picture: [
    { kind: "image", of: "input", width: 6.7, name: { page: "image", en: "image", de: "Bild" } },
    { kind: "network", shape: "narrowing", letter: "G", index: "E", width: 3.1, name: { page: "encoder", en: "encoder", de: "Encoder" } },
    { kind: "code", symbol: { page: "z" }, name: { page: "code" } },
    { kind: "network", shape: "widening", letter: "G", index: "D", width: 3.1, name: { page: "decoder", en: "decoder", de: "Decoder" } },
    { kind: "image", of: "reconstruction", width: 6.7, name: { page: "rebuilt", en: "rebuilt", de: "nachgebaut" } },
    { kind: "network", shape: "narrowing", letter: "D", width: 5.2, name: { page: "discriminator", en: "discriminator", de: "Diskriminator" } },
    { kind: "code", latent: 0, symbol: { page: "f", figure: "f(x)" }, width: 3.4, name: { page: "features", en: "", de: "" } },
    { kind: "code", latent: 1, symbol: { figure: "f(x′)" }, name: { en: "", de: "" } },
  ],
  compared: [{ from: 1, to: 5, name: "how far apart? R(x)" }, { from: 6, to: 7, name: "L(x)" }],
  skips: [2, 4],
  diagram: "A U-Net rebuilds the image x: its encoder hands every stage to the decoder through skip connections. The discriminator then looks at the image and at the rebuilt one.",
  comparison: "The score adds up the error of the reconstruction, R, and the distance between the features that the discriminator finds in the two, L.",
  more: [
    "The generator is a U-Net. The code z in its middle is short, but skip connections carry every stage of the encoder straight to the decoder, so that fine detail survives.",
    "The reconstruction x̂ is what comes out. The network was trained on normal images only: what it has never seen, it tends to paint over.",
  ],
  formula: ({ lambda }) => `A(x) = ${lambda} · R(x) + ${1 - lambda === 0 ? 0 : Number((1 - lambda).toFixed(4))} · L(x) = `,
  score: ({ absolute }) => `R(x) is the mean squared difference between image and reconstruction. L(x) is the mean ${absolute ? "absolute" : "squared"} distance between f(x) and f(x̂), the features in the last layers of the discriminator. The score A(x) weighs the two; it depends on that image alone.`,
  losses: { adversarial: "Adversarial", contextual: "Contextual", encoder: "Latent", discriminator: "Discriminator" },
  figures: {
    en: {
      flow: "A U-Net rebuilds the image x as x′. The discriminator turns both into features, f(x) and f(x′).",
      score: (share, lambda) => `The score weighs the error of the reconstruction (${share(lambda)}) and the mean of the lowest row (${share(1 - lambda)}): A(x) = `,
      losses: {},
    },
    de: {
      flow: "Ein U-Net baut das Bild x als x′ nach. Der Diskriminator macht aus beiden Merkmale, f(x) und f(x′).",
      score: (share, lambda) => `Der Score gewichtet den Fehler des Nachbaus (${share(lambda)}) und das Mittel der untersten Zeile (${share(1 - lambda)}): A(x) = `,
      losses: {},
    },
  },
};
