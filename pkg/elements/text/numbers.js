/** Numbers as people read them in a language. */

/** @param {string} language */
export function numbers(language) {
  const significant = new Intl.NumberFormat(language, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const tiny = new Intl.NumberFormat(language, { notation: "scientific", maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const fraction = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const names = new Intl.ListFormat(language);
  return {
    /** Three significant digits, or powers of ten for what would be a row of zeros. @param {number} value */
    score: (value) => (value === 0 ? "0" : (Math.abs(value) < 0.0001 ? tiny : significant).format(value)),
    /** @param {number} value 0 to 1 */
    percent: (value) => share.format(value),
    /** @param {number} value 0 to 1 */
    fraction: (value) => fraction.format(value),
    /** @param {string[]} all */
    list: (all) => names.format(all),
  };
}
