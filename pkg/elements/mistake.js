/** A mistake that whoever wrote the page can mend; its message is a sentence. */
export class Mistake extends Error {}
