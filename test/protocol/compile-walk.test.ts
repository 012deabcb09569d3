import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileWalk, walkSource } from '../../src/protocol/compile-walk.ts';
import { encodeByPlan, encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { MessageType } from '../../src/protocol/message.ts';
import { compileAfterUses } from '../../src/protocol/source-parts.ts';
import { interpretWalk, WalkFacts, walkMessage } from '../../src/protocol/walk.ts';
import { walkPlanOf } from '../../src/protocol/walk-plan.ts';
import { arbitraryMessage, planOf } from './arbitrary-body.ts';
import { arbitrarySpoiltFrame, once, planOfLine } from './compiled-agreement.ts';
import {
  bytesOf,
  corpusMessages,
  fullCorpusIsThere,
  type GoldenMessage,
  releases,
  sampleMessages,
} from './golden-lines.ts';

const compiled = once((plan) => compileWalk(walkPlanOf(plan)));
const ours = new WalkFacts();
const truth = new WalkFacts();

/** What somebody who reads the facts can see of them. */
function seen(facts: WalkFacts): unknown {
  const { topLevelValues, topLevelCount, topLevelNames, ...rest } = facts;
  return { ...rest, topLevel: topLevelNames.map((name) => facts.topLevel(name)), topLevelNames };
}

type Line = { readonly key: number; readonly type: MessageType; readonly version: number };

function walkCompiled(bytes: Uint8Array, line: Line, lib?: '3.9.1'): number {
  const plan = planOfLine(line, lib);
  ours.reset();
  truth.reset();
  interpretWalk(bytes, plan, truth);
  const end = compiled(plan)(bytes, ours);
  ours.ok = end >= 0;
  ours.endOffset = end;
  ours.topicCount = Math.max(ours.nameCount, ours.idCount);
  return end;
}

describe('the compiled walk and the interpreter', () => {
  function apart(lines: readonly GoldenMessage[], lib?: '3.9.1'): string[] {
    const differing = lines.filter((golden) => {
      const end = walkCompiled(bytesOf(golden), golden, lib);
      return end !== golden.hex.length / 2 || !isDeepStrictEqual(seen(ours), seen(truth));
    });
    return differing.map((golden) => `${golden.api} ${golden.type} v${golden.version} ${golden.variant}`);
  }

  test.each(releases)('agree on the sample of $name, and nothing there needs the interpreter', ({ name, lib }) => {
    expect(apart(sampleMessages(name), lib)).toEqual([]);
  });

  test.skipIf(!fullCorpusIsThere).each(releases)('agree on the whole corpus of $name, too', ({ name, lib }) => {
    expect(apart(corpusMessages(name), lib)).toEqual([]);
  });

  test('agree on spoilt frames: what the one reads, the other reads alike', () => {
    let read = 0;
    fc.assert(
      fc.property(arbitrarySpoiltFrame(sampleMessages('4.4.0')), ({ golden, bytes }) => {
        const end = walkCompiled(bytes, golden);
        if (end < 0) return;
        read += 1;
        expect(seen(ours)).toEqual(seen(truth));
      }),
      { numRuns: 5_000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  test('agree on any body of any version', () => {
    fc.assert(
      fc.property(arbitraryMessage, ({ apiKey, type, apiVersion, body }) => {
        const plan = planOf(apiKey, type, apiVersion);
        const header = type === 'request' ? { requestApiKey: apiKey, requestApiVersion: apiVersion } : {};
        const bytes = encodeByPlan(plan, header, body);
        expect(walkCompiled(bytes, { key: apiKey, type, version: apiVersion })).toBe(bytes.length);
        expect(seen(ours)).toEqual(seen(truth));
      }),
      { numRuns: 500 },
    );
  });
});

describe('walkMessage with a compiled form', () => {
  const topics = Array.from({ length: 30 }, (_, index) => ({ name: `t${index}`, partitions: [{ errorCode: index }] }));
  const bytes = encodeResponse({ apiKey: 3, apiVersion: 9, correlationId: 1, body: { throttleTimeMs: 9, topics } });

  test('compiles after some uses and says the same ever after', () => {
    const facts = new WalkFacts();
    const plan = planOf(3, 'response', 9);
    plan.compiled.walkUses = 0;
    plan.compiled.walk = null;
    walkMessage(bytes, 'response', 3, 9, facts);
    const before = seen(facts);
    expect(plan.compiled.walk).toBeNull();
    for (let use = 0; use < compileAfterUses; use += 1) walkMessage(bytes, 'response', 3, 9, facts);
    expect(plan.compiled.walk).not.toBeNull();
    expect(walkMessage(bytes, 'response', 3, 9, facts)).toBe(true);
    expect(seen(facts)).toEqual(before);
  });

  test('leaves no half-picked facts behind when the message breaks off', () => {
    const facts = new WalkFacts();
    const plan = planOf(3, 'response', 9);
    plan.compiled.walk = compiled(plan);
    for (let end = 0; end < bytes.length; end += 1) {
      const cut = bytes.subarray(0, end);
      truth.reset();
      interpretWalk(cut, plan, truth);
      expect(walkMessage(cut, 'response', 3, 9, facts)).toBe(false);
      expect(seen(facts)).toEqual(seen(truth));
    }
  });

  test('reads a varint longer than it had to be, by way of the interpreter', () => {
    const facts = new WalkFacts();
    const plan = planOf(12, 'request', 4);
    plan.compiled.walk = compiled(plan);
    const plain = encodeRequest({
      apiKey: 12,
      apiVersion: 4,
      correlationId: 1,
      clientId: null,
      body: { groupId: 'g' },
    });
    // Header v2 with a null client id: 11 bytes, then the length of the group.
    const long = Buffer.concat([plain.subarray(0, 11), Buffer.from([0x82, 0x00]), plain.subarray(12)]);
    expect(compiled(plan)(long, new WalkFacts())).toBe(-1);
    expect(walkMessage(long, 'request', 12, 4, facts)).toBe(true);
    expect([facts.groupId, facts.endOffset]).toEqual(['g', long.length]);
  });
});

test('the source holds numbers and our own words only', () => {
  const source = walkSource(walkPlanOf(planOf(3, 'response', 12)));
  expect(source).not.toMatch(/["'`\\]/);
});
