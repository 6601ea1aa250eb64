/** What a model's card says, whatever version wrote it. */

/** Whether it has learnt from one class alone, and all others are anomalies to it. @param {any} card */
export const isOneClass = ({ data }) => data.protocol?.startsWith("one-class") ?? false;

/** The method's own settings; older cards have them among those of the training. @param {any} card */
export const settingsOf = ({ settings, training }) => settings ?? training;
