/** Alles, was die Elemente sagen, auf Deutsch. */
/** @type {typeof import("./en.js").en} */
export const de = {
  starting: "Wird vorbereitet …",
  wrongAttribute: (name, value, allowed) => `Das Attribut ${name}="${value}" geht hier nicht. Möglich: ${allowed}.`,
  range: (low, high, whole) => `eine ${whole ? "ganze " : ""}Zahl von ${low} bis ${high}`,
  noPreset: (id, known) => `Es gibt kein Modell „${id}“. Vorhanden sind: ${known}.`,
  presetsGone: (why) => `Die Modelle konnten nicht geladen werden (${why}). Besteht die Verbindung, und liegt der Ordner weights/ neben dem Ordner elements/?`,
  samplesGone: (why) => `Die Beispielbilder konnten nicht geladen werden (${why}). Besteht die Verbindung, und liegt der Ordner samples/ neben dem Ordner elements/?`,
  latent: {
    map: "Karte des latenten Raums",
    method: "Wie die Karte entsteht",
    pca: "PCA", tsne: "t-SNE", cancel: "Abbrechen",
    images: "Bilder zeigen", scores: "Werte zeigen",
    highest: "Höchster Wert", lowest: "Niedrigster Wert",
    normal: "normal", anomaly: "Anomalie, nie trainiert",
    progress: "Bisher berechnet",
    before: "Hier setzt der Encoder jedes Beispielbild als Punkt: Was er für ähnlich hält, liegt nahe beieinander.",
    scoring: (count) => `Der Encoder betrachtet ${count} Testbilder …`,
    tsneUnderWay: "t-SNE zieht und schiebt die Punkte, bis Nachbarn im latenten Raum auch auf der Karte Nachbarn sind …",
    pcaDone: (share) => `Die zwei Richtungen, in denen z sich am stärksten unterscheidet. In ihnen liegen ${percent(share)} der Varianz: Die Karte ist ein Schatten des Raums.`,
    tsneDone: (seed) => `t-SNE hält Nachbarn beisammen; Abstände zwischen Gruppen bedeuten nichts. Ein anderer Startwert als ${seed} ergibt eine andere Karte.`,
    pick: "Auf ein Bild zeigen",
    pickHint: "Hier erscheinen das Bild, seine Rekonstruktion und sein Wert.",
    keys: "Mit der Tastatur: Pfeiltasten auf der Karte gehen von Bild zu Bild.",
    pictures: { input: "x", reconstruction: "x′", difference: "|x − x′|" },
    title: (dataset, name, isAnomaly) => `${dataset === "mnist" ? `Ziffer ${name}` : name.replaceAll("-", " ")}, ${isAnomaly ? "eine Anomalie" : "normal"}`,
    verdict: ({ score, lower, threshold }) => `Anomaliewert ${significant(score)}, höher als bei ${percent(lower)} der Bilder hier.${threshold === null ? "" : ` Bei höchstens 5 % falschen Alarmen (Grenze ${significant(threshold)}) ${score > threshold ? "gilt es als Anomalie" : "wird es durchgelassen"}.`}`,
  },
};

const significant = (value) => new Intl.NumberFormat("de", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }).format(value);
const percent = (share) => `${Math.floor(100 * share)} %`;
