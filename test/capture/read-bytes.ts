import { Readable } from 'node:stream';
import type { CaptureLimits } from '../../src/capture/limits.ts';
import { type CaptureControl, type CaptureStats, readCapture } from '../../src/capture/source.ts';
import type { EngineInput } from '../../src/wire/segment.ts';

export interface ReadOutcome {
  readonly stats: CaptureStats;
  /** What the engine would get, its bytes copied. */
  readonly inputs: readonly EngineInput[];
}

/** Cuts bytes into pieces of `size`, as a pipe would deliver them. */
export function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** Reads a capture held in memory, through the same door as a pipe. */
export async function readBytes(
  bytes: Uint8Array,
  options: {
    readonly pieceBytes?: number;
    readonly limits?: Partial<CaptureLimits>;
    readonly control?: CaptureControl;
  } = {},
): Promise<ReadOutcome> {
  const inputs: EngineInput[] = [];
  const stdin = Readable.from(piecesOf(bytes, options.pieceBytes ?? 65_536));
  const stats = await readCapture(
    { path: '-', stdin, ...(options.limits === undefined ? {} : { limits: options.limits }) },
    (input) => inputs.push(input.kind === 'segment' ? { ...input, bytes: input.bytes.slice() } : input),
    options.control,
  );
  return { stats, inputs };
}

/** The bytes one side of each connection said, joined; a gap shows as `[gap n]`. */
export function streamsOf(inputs: readonly EngineInput[]): Record<string, string> {
  const streams: Record<string, string> = {};
  for (const input of inputs) {
    if (input.kind !== 'segment' && input.kind !== 'gap') continue;
    const key = `${input.connection} ${input.from}`;
    const text = input.kind === 'gap' ? `[gap ${input.missingBytes}]` : Buffer.from(input.bytes).toString('latin1');
    streams[key] = (streams[key] ?? '') + text;
  }
  return streams;
}

/** The inputs as a script, for tests that read as a dialogue. */
export function scriptOf(inputs: readonly EngineInput[]): string[] {
  return inputs.map((input) => {
    switch (input.kind) {
      case 'opened':
        return `${input.connection} opened ${input.client} → ${input.broker}${input.midstream ? ' midstream' : ''}`;
      case 'segment':
        return `${input.connection} ${input.from} ${input.bytes.length}`;
      case 'skipped':
        return `${input.connection} ${input.from} skipped ${input.bytes}`;
      case 'gap':
        return `${input.connection} ${input.from} gap ${input.missingBytes}`;
      case 'ended':
        return `${input.connection} ${input.from} ended`;
      case 'closed':
        return `${input.connection} closed ${input.reason}`;
      case 'tagged':
        return `${input.connection} tagged ${input.tag}`;
      default:
        return input satisfies never;
    }
  });
}
