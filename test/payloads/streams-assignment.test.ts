import { describe, expect, it } from 'vitest';
import { expectRobust, find, hexBytes, javaPayloads, place, toJson, treeOf } from './payload-checks.ts';

const at = place('ConsumerProtocolAssignment', 'userData', { protocolName: 'stream' });

describe('streamsAssignment', () => {
  it('reads every version that Java writes, to the last byte', () => {
    const samples = javaPayloads('AssignmentInfo');
    expect(samples.map((sample) => sample.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const { version, bytes } of samples) {
      const { spans, note } = treeOf(bytes, at);
      expect(note).toBe(`${bytes.length} bytes, Streams assignment, version ${version}`);
      expect(spans.at(-1)?.end).toBe(bytes.length);
      expect(spans.some((span) => span.name === 'trailing')).toBe(false);
      const json = toJson(spans, bytes);
      expect(json).toMatchObject({
        version,
        activeTasks: [
          { subtopology: 0, partition: 0 },
          { subtopology: 0, partition: 1 },
        ],
        standbyTasks: [{ subtopology: 1, partition: 2, partitions: [{ topic: 'orders' }, { topic: 'pay' }] }],
      });
      if (version >= 2) expect(json.partitionsByHost).toMatchObject([{ host: 'h1.example', port: 7070 }]);
      if (version >= 6) expect(json.standbyPartitionsByHost).toMatchObject([{ host: 'h2.example', port: 7071 }]);
      if (version >= 4) expect(find(spans, 'errorCode')).toMatchObject({ value: 4, note: 'shutdown requested' });
      if (version >= 7) expect(json.nextRebalanceMs).toBe(1_700_000_000_000n);
      if (version >= 10) expect(find(spans, 'activeTasks')?.children[1]?.children[2]?.value).toBe('tpé');
    }
  });

  it('says what it cannot read', () => {
    expect(treeOf(hexBytes('0000000c'), at).note).toContain('version 12 of AssignmentInfo: 1 to 11 are known');
    const many = treeOf(hexBytes('00000001 7fffffff 00000000'), at);
    expect(many.note).toContain('2147483647 elements cannot fit the 4 bytes that are left');
    expect(many.spans.map((span) => span.name)).toEqual(['version', 'trailing'].slice(0, 1));
  });

  it('survives any bytes', () => {
    expectRobust(
      javaPayloads('AssignmentInfo').map(({ bytes }) => bytes),
      at,
    );
  });
});
