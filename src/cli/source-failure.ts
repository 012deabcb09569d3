import { CliError, exitCode } from './cli-error.ts';

/** Stable words of capture and proxy errors → exit codes; what is not listed is a run-time failure. */
const codes: Readonly<Record<string, number>> = {
  KS_CAPTURE_EMPTY: exitCode.notDecodable,
  KS_CAPTURE_UNKNOWN_FORMAT: exitCode.notDecodable,
  KS_CAPTURE_UNSUPPORTED: exitCode.notDecodable,
  KS_CAPTURE_DAMAGED: exitCode.notDecodable,
  KS_CAPTURE_COMPRESSION: exitCode.notDecodable,
  'record-file': exitCode.usage,
  'upstream-unreachable': exitCode.upstreamUnreachable,
};

/** An error of a source as the sentence and exit code that the user gets. */
export function sourceFailure(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new CliError(message, codes[code] ?? exitCode.failed);
}
