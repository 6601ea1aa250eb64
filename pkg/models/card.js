/** What a model's card says, in one word. */

/** Whether it has learnt from one class alone, and all others are anomalies to it. @param {any} card */
export const isOneClass = ({ data }) => data.protocol?.startsWith("one-class") ?? false;
