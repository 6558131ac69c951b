/** Return a person's text in isolate characters, so that its direction does not change the order of the words around it. */
export const isolated = (text: string) => `\u2068${text}\u2069`;
