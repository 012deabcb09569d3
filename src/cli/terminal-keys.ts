import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { CliError, exitCode } from './cli-error.ts';

/** Opens the terminal's keyboard beside a standard input that carries a capture. Throws a CliError where there is none. */
export function openTerminalKeys(screen: { readonly isTTY?: boolean }, path = '/dev/tty'): ReadStream {
  try {
    if (screen.isTTY === true) return new ReadStream(openSync(path, 'r'));
  } catch {
    // Without a terminal there is nothing to open; the sentence below says so.
  }
  throw new CliError(
    'replay - takes the capture from standard input and the keys from the terminal, and there is no terminal here: use "kafka-scope analyze -", or save the capture to a file.',
    exitCode.usage,
  );
}
