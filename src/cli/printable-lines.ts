import { printable } from '../wire/printable.ts';

/** Text of several lines made safe for a terminal: a message may quote file names, arguments and what a peer said. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}
