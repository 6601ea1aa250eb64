/** Alles, was die Elemente sagen, auf Deutsch. */
/** @type {typeof import("./en.js").en} */
export const de = {
  starting: "Wird vorbereitet …",
  wrongAttribute: (name, value, allowed) => `Das Attribut ${name}="${value}" geht hier nicht. Möglich: ${allowed}.`,
  range: (low, high, whole) => `eine ${whole ? "ganze " : ""}Zahl von ${low} bis ${high}`,
  noPreset: (id, known) => `Es gibt kein Modell „${id}“. Vorhanden sind: ${known}.`,
  presetsGone: (why) => `Die Modelle konnten nicht geladen werden (${why}). Besteht die Verbindung, und liegt der Ordner weights/ neben dem Ordner elements/?`,
  samplesGone: (why) => `Die Beispielbilder konnten nicht geladen werden (${why}). Besteht die Verbindung, und liegt der Ordner samples/ neben dem Ordner elements/?`,
};
