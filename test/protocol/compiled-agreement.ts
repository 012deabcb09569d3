import fc from 'fast-check';
import type { MessageType } from '../../src/protocol/message.ts';
import type { MessagePlan } from '../../src/protocol/plan.ts';
import { planFor } from '../../src/protocol/plan.ts';
import type { GoldenMessage } from './golden-lines.ts';

/** A golden line that a mutation chose, with its bytes spoilt. */
export interface SpoiltFrame {
  readonly golden: GoldenMessage;
  readonly bytes: Uint8Array;
}

/** Golden frames with one byte changed, cut somewhere, or both. */
export function arbitrarySpoiltFrame(lines: readonly GoldenMessage[]): fc.Arbitrary<SpoiltFrame> {
  const where = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  // Bytes that mean something in lengths and counts come more often than chance would bring them.
  const byte = fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff), fc.nat({ max: 255 }));
  const choice = fc.record({ line: fc.nat({ max: lines.length - 1 }), at: where, byte, cut: fc.option(where) });
  return choice.map(({ line, at, byte: value, cut }) => {
    const golden = lines[line];
    if (golden === undefined) throw new Error('no line');
    const bytes = Buffer.from(golden.hex, 'hex');
    bytes[Math.floor(at * bytes.length)] = value;
    return { golden, bytes: cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length)) };
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

/** The plan of a golden line. */
export function planOfLine(golden: { key: number; type: MessageType; version: number }, lib?: '3.9.1'): MessagePlan {
  const plan = planFor(golden.key, golden.type, golden.version, lib);
  if (plan === null) throw new Error(`no plan for ${golden.key} ${golden.type} v${golden.version}`);
  return plan;
}
