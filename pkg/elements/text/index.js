/** The texts of the elements, in the language of the page. */
import { en } from "./en.js";
import { de } from "./de.js";

const LANGUAGES = { en, de };

/** @param {string} language a tag such as "de-CH"; one that is not there is English @returns {typeof en} */
export const textOf = (language) => LANGUAGES[/** @type {keyof typeof LANGUAGES} */ (language.toLowerCase().split("-")[0])] ?? en;
