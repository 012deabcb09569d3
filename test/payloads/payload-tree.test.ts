import { describe, expect, it } from 'vitest';
import { payloadDepthMax } from '../../src/payloads/payload-reader.ts';
import { PayloadTrees, payloadTree } from '../../src/payloads/payload-tree.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import { annotated } from '../records/span-checks.ts';
import { find, hexBytes, host, place, recordPlace, treeOf, utf8 } from './payload-checks.ts';

const subscription = hexBytes('0000 00000001 0001 61 ffffffff');

describe('payloadTree', () => {
  it('recognises records that no reader knows, and leaves other bytes alone', () => {
    expect(treeOf(utf8('{"a":1}'), recordPlace('value', 'orders'))).toMatchObject({
      value: '{"a":1}',
      note: '7 bytes, JSON',
      spans: [],
    });
    expect(treeOf(utf8('abc'), place('SomeRequest', 'stuff'))).toMatchObject({ value: undefined, note: null });
    expect(treeOf(new Uint8Array(0), recordPlace('value', 'orders')).note).toBe('empty');
  });

  it('shows bytes behind what is known, and where reading stopped', () => {
    const at = place('JoinGroupRequest', 'metadata', { protocolType: 'consumer' });
    const longer = new Uint8Array([...subscription, 1, 2]);
    expect(treeOf(longer, at).spans.at(-1)).toMatchObject({ name: 'trailing', start: 13, end: 15 });
    expect(treeOf(subscription.subarray(0, 10), at).note).toMatch(
      /^10 bytes, consumer subscription, version 0, not readable at byte 9: /,
    );
  });

  it('stops at its depth and at its number of spans', () => {
    const at = place('JoinGroupRequest', 'metadata', { protocolType: 'consumer' }, { depth: payloadDepthMax });
    expect(treeOf(subscription, at)).toMatchObject({ spans: [], note: null });
    const few = payloadTree(subscription, { ...at, depth: 0 }, host, { spansMax: 2 });
    expect(few.omitted).toBe(2);
  });

  it('reads records by their topic', () => {
    const records = [
      { timestamp: 0n, key: hexBytes('0002 0001 67'), value: null, headers: [['h', utf8('text')] as const] },
      { timestamp: 0n, key: utf8('k'), value: utf8('v') },
    ];
    const bytes = encodeRecordBatch({ baseOffset: 0n, codec: 'zstd', records });
    const { spans } = annotated(bytes, new PayloadTrees(host).contentsOf('__consumer_offsets'));
    const [first, second] = find(spans, 'records')?.children ?? [];
    expect(find(first?.children ?? [], 'group')).toMatchObject({ value: 'g', view: 0 });
    expect(find(first?.children ?? [], 'headers')?.children[0]?.children[1]).toMatchObject({ value: 'text' });
    expect(find(second?.children ?? [], 'key')?.note).toContain('not readable');
    const other = annotated(bytes, new PayloadTrees(host).contentsOf('orders'));
    expect(find(other.spans, 'value')?.value).toBeNull();
    expect(find(find(other.spans, 'records')?.children.slice(1) ?? [], 'key')).toMatchObject({
      value: 'k',
      note: '1 byte, UTF-8',
    });
  });
});
