import type { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Command } from 'commander';
import { CliError, exitCode } from './cli-error.ts';
import { LineOutput } from './line-output.ts';

/** The outside world as `decode` needs it. */
export interface DecodeIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Writable;
  readonly stderr: NodeJS.WritableStream;
  exit(code: number): void;
}

/** Longest input line: a frame of 100 MiB in hex, and room for its JSON. Longer ones are an error, not a stall. */
export const lineCharactersMax = 268_435_456;

interface DecodeFlags {
  readonly encode?: boolean;
  readonly redact?: boolean;
}

const examples = `Examples:
  kafka-scope decode 00000012001200000000000100...
      the fields of one request, with byte offsets
  echo '{"type":"request","hex":"0012000000000001ffff"}' | kafka-scope decode
  echo '{"type":"response","key":18,"version":0,"hex":"00000001000000000000"}' | kafka-scope decode
  kafka-scope decode < frames.ndjson | kafka-scope decode --encode
`;

/** Cuts a stream into lines. Only the newest chunk is searched, so a line of many chunks costs no more than its length. */
async function* linesOf(stdin: NodeJS.ReadableStream): AsyncGenerator<string | null> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      parts.push(text.slice(from, end));
      yield length > lineCharactersMax ? null : parts.join('');
      parts = [];
      length = 0;
      from = end + 1;
    }
    length += text.length - from;
    if (length > lineCharactersMax) parts = [];
    else parts.push(text.slice(from));
  }
  parts.push(decoder.end());
  if (length > lineCharactersMax) yield null;
  else yield parts.join('');
}

const tooLong = JSON.stringify({
  error: {
    code: 'bad-input',
    offset: null,
    path: '',
    message: `the line is longer than ${lineCharactersMax} characters`,
  },
});

/** Runs every line of `stdin`; resolves to the exit code when all output has been taken. */
export async function decodeStream(io: DecodeIo, flags: DecodeFlags): Promise<number> {
  const { runLine } = await import('./decode-line.ts');
  const output = new LineOutput(io.stdout);
  let failed = 0;
  for await (const line of linesOf(io.stdin)) {
    if (output.isClosed) break;
    if (line !== null && line.trim() === '') continue;
    const result = line === null ? { text: tooLong, ok: false } : runLine(line, flags);
    if (!result.ok) failed += 1;
    output.write(result.text);
    await output.drained();
  }
  await output.end();
  if (failed > 0) io.stderr.write(`kafka-scope: ${failed} ${failed === 1 ? 'line was' : 'lines were'} not decodable\n`);
  return failed > 0 ? exitCode.notDecodable : exitCode.ok;
}

async function printTree(words: readonly string[], io: DecodeIo, flags: DecodeFlags): Promise<number> {
  const { bytesFromHex } = await import('./decode-line.ts');
  const { requestTree } = await import('./decode-tree.ts');
  const frame = bytesFromHex(words.join('').replaceAll(/\s/g, ''));
  if (frame === null) throw new CliError('the argument is not hex: give two digits for every byte', exitCode.usage);
  const tree = requestTree(frame, flags.redact === true);
  io.stdout.write(tree.text);
  return tree.ok ? exitCode.ok : exitCode.notDecodable;
}

/** `decode`: frames in, JSON out, or the field tree of one request for people. */
export function registerDecode(program: Command, io: DecodeIo): void {
  program
    .command('decode')
    .description('Decode frames: NDJSON on stdin to NDJSON on stdout, or one request given as hex')
    .argument('[hex...]', 'a request in hex, with or without its 4-byte size')
    .option('--encode', 'the other way: messages in JSON to hex')
    .option('--redact', 'hide credentials, and keys and values of records')
    .addHelpText('before', examples)
    .addHelpText(
      'after',
      '\nA line that cannot be read gives {"error":{"code","offset","path","message"}} and the exit code 3 at the end.\n' +
        'records, recordPaths and unknownTags are printed only where there are any.',
    )
    .action(async (words: string[], flags: DecodeFlags) => {
      io.exit(words.length > 0 ? await printTree(words, io, flags) : await decodeStream(io, flags));
    });
}
