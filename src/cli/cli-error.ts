/** CONTRACT's exit codes. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  notDecodable: 3,
  upstreamUnreachable: 4,
  failOnMatched: 5,
  interrupted: 130,
  terminated: 143,
} as const;

/** A failure the user gets as one sentence on stderr; `code` is the process's exit code. */
export class CliError extends Error {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}
