/** Alles, was die Elemente sagen, auf Deutsch. */
import { numbers } from "./numbers.js";

const number = numbers("de");

/** @type {typeof import("./en.js").en} */
export const de = {
  starting: "Wird vorbereitet …",
  wrongAttribute: (name, value, allowed) => `Das Attribut ${name}="${value}" geht hier nicht. Möglich: ${allowed}.`,
  range: (low, high, whole) => `eine ${whole ? "ganze " : ""}Zahl von ${low} bis ${high}`,
  noPreset: (id, known) => `Es gibt kein Modell „${id}“. Vorhanden sind: ${known}.`,
  presetsGone: (why) => `Die Modelle konnten nicht geladen werden (${why}). Besteht die Verbindung, und liegt der Ordner weights/ neben dem Ordner elements/?`,
  samplesGone: (why) => `Die Beispielbilder konnten nicht geladen werden (${why}). Besteht die Verbindung, und liegt der Ordner samples/ neben dem Ordner elements/?`,
  demo: {
    number,
    starting: "Die Netze werden vorbereitet …",
    pick: "1 · Ein Bild",
    samples: "Beispiele", draw: "Zeichnen", file: "Datei …", others: "Andere Beispiele",
    dropHint: "Eine Bilddatei kann auch irgendwo auf dieser Abbildung abgelegt werden.",
    className: (dataset, name) => (dataset === "mnist" ? `Ziffer ${name}` : name),
    anomalous: (name) => `${name}, im Training nie gesehen`,
    unseen: (names) => (names.length > 5 ? "So gerahmt: im Training nicht gesehen." : `Im Training nicht gesehen: ${number.list(names)}.`),
    padLabel: "Ein Blatt, um eine Ziffer zu zeichnen. Pfeiltasten bewegen den Stift, die Leertaste setzt ihn auf und hebt ihn, Entf leert das Blatt.",
    padHint: "Tasten: Pfeile bewegen den Stift, die Leertaste setzt ihn auf und hebt ihn. Zeichnungen werden wie MNISTs Ziffern zentriert und skaliert.",
    penDown: "Der Stift ist aufgesetzt.", penUp: "Der Stift ist gehoben.", clear: "Leeren",
    unreadable: (why) => `Das Bild ist nicht zu gebrauchen: ${why}.`,
    flow: "2 · Durch die Netze",
    flowLabel: {
      ganomaly: "Der Encoder macht aus dem Bild x den Code z, der Decoder baut allein aus z ein Bild x′ nach, ein zweiter Encoder macht aus x′ den Code z′.",
      "skip-ganomaly": "Ein U-Net baut das Bild x als x′ nach. Der Diskriminator macht aus beiden Merkmale, f(x) und f(x′).",
    },
    parts: {
      input: "Bild", encoder: "Encoder", decoder: "Decoder", reconstruction: "nachgebaut", difference: "Differenz",
      second: { ganomaly: "2. Encoder", "skip-ganomaly": "Diskriminator" },
      code: "Code",
    },
    codes: "3 · Zwei Codes im Vergleich",
    component: "Zahl des Codes",
    reading: "Zeigen Sie auf einen Balken, oder nehmen Sie die Pfeiltasten, um eine einzelne Zahl zu lesen.",
    componentReading: ({ index, count, values, gap, share }) =>
      `Zahl ${index + 1} von ${count}: ${number.score(values[0])} und ${number.score(values[1])}; Unterschied ${number.score(gap)}, ${number.percent(share)} der Summe der Zeile.`,
    score: ({ method, score = "paper", training }) => {
      if (score !== "paper") return "Der Score dieses Modells fragt auch, wie weit der Code von denen normaler Bilder entfernt ist; er ist daher nicht das Mittel der untersten Zeile: A(x) = ";
      if (method === "ganomaly") return "Der Score ist das Mittel der untersten Zeile (gestrichelt): A(x) = ";
      const share = training.scoreLambda ?? 0.9;
      return `Der Score gewichtet den Fehler des Nachbaus (${number.percent(share)}) und das Mittel der untersten Zeile (${number.percent(1 - share)}): A(x) = `;
    },
    judged: "4 · Das Urteil",
    verdicts: {
      normal: (score, threshold) => `Normal: Der Score ${number.score(score)} liegt nicht über der Schwelle ${number.score(threshold)}.`,
      anomaly: (score, threshold) => `Anomalie: Der Score ${number.score(score)} liegt über der Schwelle ${number.score(threshold)}.`,
    },
    noThreshold: (score) => `Der Score ist ${number.score(score)}; für eine Schwelle kennt dieses Modell zu wenige normale Bilder.`,
    truth: {
      normal: { normal: (name) => `Das stimmt: ${name} gehört zu den Klassen des Trainings.`, anomaly: (name) => `Ein Fehlalarm: ${name} gehört zu den Klassen des Trainings.` },
      anomaly: { normal: (name) => `Übersehen: ${name} gehört nicht zu den Klassen des Trainings.`, anomaly: (name) => `Das stimmt: ${name} gehört nicht zu den Klassen des Trainings.` },
    },
    surprise: (above, all) => `Von ${all} normalen Bildern, die nicht im Training waren, ${above === 1 ? "hat" : "haben"} ${above} einen so hohen oder höheren Score.`,
    threshold: (value) => `Schwelle ${number.score(value)}`,
    bars: "Balken: Scores von normalen Bildern, die nicht im Training waren. Die Schwelle lässt unter solchen Bildern höchstens 5 von 100 Fehlalarme zu.",
  },
  roc: {
    number,
    heading: "Wohin mit der Schwelle?",
    starting: "Die Netze werden vorbereitet …",
    progress: (done, all) => `Beispielbilder werden bewertet: ${done} von ${all}`,
    hint: "Ziehen Sie die Schwelle über die Scores, oder bewegen Sie sie mit den Pfeiltasten.",
    wrongScores: (value) => `Das Attribut scores="${value}" geht hier nicht. Möglich ist JSON wie {"normal": [0.1, 0.2], "anomalous": [0.3]}: Listen mit je mindestens einer Zahl.`,
    normal: (count) => `normal (${count})`,
    anomalous: (count) => `Anomalien (${count})`,
    calledNormal: "← gilt als normal", calledAnomaly: "gilt als Anomalie →",
    slider: "Schwelle",
    threshold: (value) => `Schwelle ${number.score(value)}`,
    meaning: (value, { tpr, fpr }) => `${number.score(value)}: ${number.percent(tpr)} der Anomalien gefunden, ${number.percent(fpr)} der normalen Bilder sind Fehlalarme`,
    table: "Konfusionsmatrix",
    truth: "wirklich", said: { normal: "gilt als normal", anomaly: "gilt als Anomalie" },
    rows: { normal: "normal", anomaly: "Anomalie" },
    cells: { trueNegatives: "richtig negativ", falsePositives: "falsch positiv", falseNegatives: "falsch negativ", truePositives: "richtig positiv" },
    tpr: "Richtig-positiv-Rate", fpr: "Falsch-positiv-Rate", auc: "AUC",
    rate: (count, all) => `${count} / ${all} = ${all === 0 ? "–" : number.percent(count / all)}`,
    aucMeaning: "die Wahrscheinlichkeit, dass eine Anomalie einen höheren Score hat als ein normales Bild",
    curve: (auc) => `ROC-Kurve; die Fläche darunter ist ${number.fraction(auc)}`,
    noCurve: "ROC-Kurve, noch nicht da",
    axes: { tpr: "Richtig-positiv-Rate", fpr: "Falsch-positiv-Rate" },
    chance: "geraten",
  },
};
