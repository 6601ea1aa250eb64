/** A mistake that whoever wrote the page can mend, or the visitor by another choice, but no second try; its message is a sentence. */
export class Mistake extends Error {}
