/** The source failed; the message is the sentence for the user and `code` the stable word of its cause. */
export class RunError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'RunError';
    this.code = code;
  }
}
