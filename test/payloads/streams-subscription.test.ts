import { describe, expect, it } from 'vitest';
import { expectRobust, find, hexBytes, javaPayloads, place, toJson, treeOf } from './payload-checks.ts';

const at = place('ConsumerProtocolSubscription', 'userData', { name: 'stream' });

describe('streamsSubscription', () => {
  it('reads every version that Java writes', () => {
    const samples = javaPayloads('SubscriptionInfo');
    expect(samples.map((sample) => sample.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const { version, bytes } of samples) {
      const { spans, note } = treeOf(bytes, at);
      expect(note).toBe(`${bytes.length} bytes, Streams subscription, version ${version}`);
      expect(spans.some((span) => span.name === 'trailing')).toBe(false);
      const json = toJson(spans, bytes);
      expect(json.version).toBe(version);
      expect(json.processId).toBe('EjRWeBI0QjSCNBI0VniavA');
      if (version >= 2) expect(find(spans, 'userEndPoint')?.value).toBe('h1.example:7070');
      if (version >= 8) expect(json.uniqueField).toBe(3);
      if (version === 11)
        expect(find(spans, 'clientTags')?.children[0]?.children.map((tag) => tag.value)).toEqual(['zone', 'eu-1a']);
    }
  });

  it('says that it does not know a version, and leaves other assignors alone', () => {
    expect(treeOf(hexBytes('0000000c'), at).note).toContain('version 12 of SubscriptionInfoData: 1 to 11 are known');
    const other = place('ConsumerProtocolSubscription', 'userData', { name: 'range' });
    expect(treeOf(hexBytes('0000000c'), other).note).toBeNull();
  });

  it('survives any bytes', () => {
    expectRobust(
      javaPayloads('SubscriptionInfo').map(({ bytes }) => bytes),
      at,
    );
  });
});
