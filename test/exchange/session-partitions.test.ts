import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionPartitions } from '../../src/exchange/session-partitions.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { MessageType, Struct } from '../../src/protocol/message.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { arbitraryStruct } from '../protocol/arbitrary-body.ts';

type Listing = [topic: string, partition: number][];

function listingOf(list: SessionPartitions['listed']): Listing {
  const listing: Listing = [];
  for (let index = 0; index < list.count; index++) {
    listing.push([list.topics[list.slots[index] ?? 0] ?? '', list.partitions[index] ?? 0]);
  }
  return listing;
}

/** The same from the decoded body, which knows nothing of steps and strides. */
function expectedOf(topics: unknown): Listing {
  if (!Array.isArray(topics)) return [];
  return (topics as readonly Struct[]).flatMap((topic) => {
    const partitions = (topic.partitions ?? []) as readonly (number | Struct)[];
    return partitions.map((partition): Listing[number] => {
      const number = typeof partition === 'number' ? partition : (partition.partition ?? partition.partitionIndex);
      return [String(topic.topicId ?? topic.topic), Number(number)];
    });
  });
}

const messages: readonly [key: number, type: MessageType, versions: readonly number[]][] = [
  [1, 'request', [7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18]],
  [1, 'response', [7, 11, 12, 13, 16, 18]],
  [78, 'request', [1, 2]],
  [78, 'response', [1, 2]],
  [79, 'request', [1, 2]],
];

describe('SessionPartitions', () => {
  for (const [key, type, versions] of messages) {
    it(`lists what the decoder lists: API ${key} ${type}`, () => {
      const scan = new SessionPartitions();
      for (const version of versions) {
        const plan = planFor(key, type, version);
        if (plan === null) throw new Error(`no plan for ${key} v${version}`);
        fc.assert(
          fc.property(arbitraryStruct(plan.body), fc.option(fc.string({ maxLength: 10 })), (body, clientId) => {
            const message = { apiKey: key, apiVersion: version, correlationId: 1, clientId, body };
            scan.read(type === 'request' ? encodeRequest(message) : encodeResponse(message), type, key, version);
            expect(listingOf(scan.listed)).toEqual(expectedOf(body.topics ?? body.responses));
            expect(listingOf(scan.forgotten)).toEqual(expectedOf(body.forgottenTopicsData));
            if (key === 78 && type === 'request') expect(scan.memberId).toBe(body.memberId ?? '');
          }),
          { numRuns: 60 },
        );
      }
    });
  }

  it('knows names from ids', () => {
    const scan = new SessionPartitions();
    const topic = { partitions: [{ partition: 3 }] };
    const request = (apiVersion: number, body: Struct) =>
      encodeRequest({ apiKey: 1, apiVersion, correlationId: 1, clientId: null, body });
    scan.read(request(12, { topics: [{ ...topic, topic: 'orders' }] }), 'request', 1, 12);
    expect([scan.byId, listingOf(scan.listed)]).toEqual([false, [['orders', 3]]]);
    scan.read(request(13, { topics: [{ ...topic, topicId: 'x1y2z3AAAAAAAAAAAAAAAA' }] }), 'request', 1, 13);
    expect([scan.byId, listingOf(scan.listed)]).toEqual([true, [['x1y2z3AAAAAAAAAAAAAAAA', 3]]]);
  });

  it('ends on any bytes, and keeps no more partitions than its limit', () => {
    const scan = new SessionPartitions();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...messages), (bytes, [key, type, versions]) => {
        for (const version of versions) scan.read(bytes, type, key, version);
        expect(scan.listed.count).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 300 },
    );
    const partitions = Array.from({ length: 20_000 }, (_, partition) => ({ partition }));
    const body = { topics: [{ topic: 'orders', partitions }] };
    scan.read(encodeRequest({ apiKey: 1, apiVersion: 7, correlationId: 1, clientId: null, body }), 'request', 1, 7);
    expect([scan.listed.count, scan.listed.omitted]).toEqual([16_384, 3616]);
  });
});
