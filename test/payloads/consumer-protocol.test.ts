import { describe, expect, it } from 'vitest';
import { bytesOf, sampleLines } from '../protocol/golden-lines.ts';
import { expectRobust, hexBytes, place, toJson, treeOf } from './payload-checks.ts';

interface Nested {
  readonly kind: string;
  readonly version: number;
  readonly variant: string;
  readonly hex: string;
  readonly body: Record<string, unknown>;
}

const stated = { protocolType: 'consumer' };
const places = {
  ConsumerProtocolSubscription: place('JoinGroupRequest', 'metadata', stated),
  ConsumerProtocolAssignment: place('SyncGroupResponse', 'assignment', stated),
};

function lines(kind: string): Nested[] {
  return sampleLines<Nested>('nested.ndjson.gz').filter((line) => line.kind === kind);
}

describe('the consumer protocol', () => {
  for (const [kind, at] of Object.entries(places)) {
    it(`reads every golden ${kind}, also of future versions with bytes behind`, () => {
      for (const golden of lines(kind)) {
        const bytes = new Uint8Array(bytesOf(golden));
        const { spans, note } = treeOf(bytes, at);
        const future = golden.variant.startsWith('future');
        const known = spans.filter((span) => span.name !== 'trailing');
        expect(spans.length - known.length).toBe(future ? 1 : 0);
        expect(toJson(known, bytes)).toEqual({ version: new DataView(bytes.buffer).getInt16(0), ...golden.body });
        expect(note).toContain('version');
        expect(note).not.toContain('not readable');
      }
    });
  }

  it('reads what the message does not call consumer only if it reads to the last byte', () => {
    const bytes = hexBytes('0000 00000001 0001 61 00000000 ffffffff');
    expect(treeOf(bytes, place('SyncGroupRequest', 'assignment')).note).toContain('consumer assignment');
    expect(treeOf(bytes.subarray(0, 9), place('SyncGroupRequest', 'assignment')).note).toBeNull();
    expect(treeOf(bytes, place('SyncGroupRequest', 'assignment', { protocolType: 'sr' })).note).toBeNull();
    expect(treeOf(hexBytes(''), place('SyncGroupRequest', 'assignment', stated)).note).toBe('empty');
  });

  it('survives any bytes', () => {
    for (const [kind, at] of Object.entries(places)) expectRobust(lines(kind).map(bytesOf), at);
  });
});
