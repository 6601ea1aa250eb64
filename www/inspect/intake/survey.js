/**
 * Looks at what was brought before any of it is taken in, and asks where it is something else than images for a part: a whole
 * data set, whose anomalies and masks would be learnt as normal, or a project file.
 *
 * @typedef {import("./sorting.js").FileToTake} FileToTake
 * @typedef {import("./sorting.js").ListedFile} ListedFile
 * @typedef {import("../store.js").Part} Part
 */
import { holdsProject, imageEntry } from "../project.js";
import { askAboutProject, askAboutSet } from "../view-survey.js";
import { isLitter } from "./names.js";
import { countsOf, inPlaces, pathsOf } from "./sorting.js";

export class Survey {
  #intake;
  #archive;
  #client;

  /** @param {import("./intake.js").Intake} intake @param {import("../archive/archive.js").Archive} archive @param {import("../../pkg/engine/client.js").EngineClient} client */
  constructor(intake, archive, client) {
    this.#intake = intake;
    this.#archive = archive;
    this.#client = client;
  }

  /**
   * @param {Part} part @param {import("../../shared/files.js").NamedFile[]} files @param {AbortSignal} signal
   * @returns {Promise<{ files?: FileToTake[], open?: File }>} what is to be taken in, or the project file that is to be opened; neither
   *   if it was given up
   */
  async look(part, files, signal) {
    const listed = await this.#intake.list(files.filter(({ name }) => !isLitter(name)), signal);
    const isProject = ({ entries }) => entries !== null && holdsProject(entries);
    const projects = listed.filter(isProject);
    const chosen = projects.length > 0 && !signal.aborted ? await this.#ofProjects(part, projects, listed.length, signal) : { files: [] };
    if (!chosen.files) return chosen;
    const others = await this.#ofOthers(part, listed.filter((one) => !isProject(one)), signal);
    return others && !signal.aborted ? { files: [...chosen.files, ...others] } : {};
  }

  /** @param {Part} part @param {ListedFile[]} projects @param {number} all files that were brought */
  async #ofProjects(part, projects, all, signal) {
    const contents = await Promise.all(projects.map(({ file }) => this.#archive.look(file)));
    const images = projects.map(({ entries }, index) => imagesIn(contents[index]?.[part] ?? [], entries));
    const count = images.reduce((sum, one) => sum + one.size, 0);
    const answer = signal.aborted ? "" : await askAboutProject({ part, names: projects.map(({ name }) => name), project: contents[0], count, isAlone: all === 1 }, signal);
    switch (answer) {
      case "open": return { open: projects[0].file };
      case "leave": return { files: projects.map(({ name, file }) => ({ name, file, fate: { reason: "project" } })) };
      case "take": return { files: projects.map(({ name, file }, index) => ({ name, file, fates: images[index] })) };
      default: return {};
    }
  }

  /** @param {Part} part @param {ListedFile[]} listed @returns {Promise<FileToTake[] | null>} nothing if it was given up */
  async #ofOthers(part, listed, signal) {
    const paths = pathsOf(listed);
    const sorted = paths.length > 1 && !signal.aborted ? await this.#client.sortFiles(paths) : [];
    const asTheyAre = listed.map(({ name, file }) => ({ name, file }));
    if (sorted.length === 0) return asTheyAre;
    const answer = part === "images" ? "sort" : signal.aborted ? "" : await askAboutSet(countsOf(sorted), sorted.length, signal);
    return answer === "sort" ? inPlaces(listed, sorted, part) : answer === "all" ? asTheyAre : null;
  }
}

/** The images that a project file has for a part, by their entries, under their own names. @param {{ id: string, name: string }[]} images @param {string[]} entries @returns {Map<string, import("./sorting.js").Fate>} */
function imagesIn(images, entries) {
  const there = new Set(entries);
  return new Map(images.map(({ id, name }) => [imageEntry(id), { name }]).filter(([entry]) => there.has(entry)));
}
