import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeByPlan } from '../../src/protocol/encode.ts';
import type { Message } from '../../src/protocol/message.ts';
import type { MessagePlan } from '../../src/protocol/plan.ts';
import { arbitraryMessage, planOf } from './arbitrary-body.ts';
import {
  bytesOf,
  corpusMessages,
  fullCorpusIsThere,
  type GoldenMessage,
  releases,
  sampleMessages,
} from './golden-lines.ts';

/** A golden line that a mutation chose, with its bytes spoilt. */
export interface SpoiltFrame {
  readonly golden: GoldenMessage;
  readonly bytes: Uint8Array;
}

/** The first byte behind API key and version, for those who are told them beside the bytes. */
export function behindVersion(golden: GoldenMessage): number {
  return golden.type === 'request' ? 4 : 0;
}

/** Golden frames with one byte changed and perhaps cut, not before the byte that `firstOf` gives. */
export function arbitrarySpoiltFrame(
  lines: readonly GoldenMessage[],
  firstOf: (golden: GoldenMessage) => number = () => 0,
): fc.Arbitrary<SpoiltFrame> {
  const where = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  // Bytes that mean something in lengths and counts come more often than chance would bring them.
  const byte = fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff), fc.nat({ max: 255 }));
  const choice = fc.record({ line: fc.nat({ max: lines.length - 1 }), at: where, byte, cut: fc.option(where) });
  return choice.map(({ line, at, byte: value, cut }) => {
    const golden = lines[line];
    if (golden === undefined) throw new Error('no line');
    const bytes = Buffer.from(golden.hex, 'hex');
    const first = firstOf(golden);
    const place = (share: number): number => first + Math.floor(share * (bytes.length - first));
    bytes[place(at)] = value;
    return { golden, bytes: cut === null ? bytes : bytes.subarray(0, place(cut)) };
  });
}

/** Remembers what was compiled for a plan: compiling costs more than a test of it. */
export function once<Compiled>(compile: (plan: MessagePlan) => Compiled | null): (plan: MessagePlan) => Compiled {
  const known = new Map<MessagePlan, Compiled>();
  return (plan) => {
    const made = known.get(plan) ?? compile(plan);
    if (made === null) throw new Error('code generation is forbidden here');
    known.set(plan, made);
    return made;
  };
}

/** What a compiled form and the interpreter make of the same bytes. */
export interface BothReadings {
  /** Null where it leaves the message to the interpreter. */
  readonly ours: unknown;
  readonly truth: unknown;
  /** Where the interpreter ended; a golden frame it reads to its end. */
  readonly end: number;
  /** Whether the compiled form may leave the message to the interpreter although nothing is wrong with it. */
  readonly mayLeave: boolean;
}

/** Where the interpreter ended in a message; -1 where it could not read it. */
export function endOf(message: Message, bytes: Uint8Array): number {
  return message.kind === 'decoded' ? bytes.length - message.trailingBytes : -1;
}

/** Tests that a compiled form reads what the interpreter reads, and leaves to it only what it may. */
export function testAgreement(read: (bytes: Uint8Array, plan: MessagePlan) => BothReadings): void {
  function complaints(lines: readonly GoldenMessage[], lib?: '3.9.1'): string[] {
    const complaint = (golden: GoldenMessage): string[] => {
      const plan = planOf(golden.key, golden.type, golden.version, lib);
      const bytes = bytesOf(golden);
      const { ours, truth, end, mayLeave } = read(bytes, plan);
      if (end === bytes.length && (ours === null ? mayLeave : isDeepStrictEqual(ours, truth))) return [];
      const name = `${golden.api} ${golden.type} v${golden.version} ${golden.variant}`;
      return [`${name}: ${ours === null ? 'left to the interpreter' : 'read differently'}`];
    };
    return lines.flatMap(complaint);
  }

  test.each(releases)('agree on the sample of $name', ({ name, lib }) => {
    expect(complaints(sampleMessages(name), lib)).toEqual([]);
  });

  test.skipIf(!fullCorpusIsThere).each(releases)('agree on the whole corpus of $name', ({ name, lib }) => {
    expect(complaints(corpusMessages(name), lib)).toEqual([]);
  });

  test('agree on spoilt frames: what the one reads, the other reads alike', () => {
    let count = 0;
    fc.assert(
      fc.property(arbitrarySpoiltFrame(sampleMessages('4.4.0')), ({ golden, bytes }) => {
        const { ours, truth } = read(bytes, planOf(golden.key, golden.type, golden.version));
        if (ours === null) return;
        count += 1;
        expect(ours).toEqual(truth);
      }),
      { numRuns: 5_000 },
    );
    expect(count).toBeGreaterThan(500);
  });

  test('agree on any body of any version', () => {
    fc.assert(
      fc.property(arbitraryMessage, ({ apiKey, type, apiVersion, body }) => {
        const plan = planOf(apiKey, type, apiVersion);
        const header = type === 'request' ? { requestApiKey: apiKey, requestApiVersion: apiVersion } : {};
        const { ours, truth } = read(encodeByPlan(plan, header, body), plan);
        expect(ours).toEqual(truth);
      }),
      { numRuns: 1_000 },
    );
  });
}
