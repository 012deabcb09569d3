import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConnectionTcp, readCapture } from '../../src/capture/source.ts';
import { totalsOf } from './traffic-totals.ts';

const shared = new URL('../../../shared/captures', import.meta.url).pathname;

/** What a capture holds: requests and responses, and why that is the truth. */
interface Truth {
  readonly requests: number;
  readonly responses: number;
  /** The reason where others say something else, or where the capture itself lacks something. */
  readonly because: string;
}

/**
 * Captures that were damaged on purpose. All that survived whole is found: of the 185 requests and responses each that
 * `v-dropped` was made from, fifteen packets are missing, which touch seven requests and six responses.
 */
const damaged: Readonly<Record<string, Truth>> = {
  'v-cutfile.pcap': { requests: 99, responses: 98, because: 'the file ends inside a packet; tshark counts the same' },
  'v-dropped.pcap': { requests: 178, responses: 179, because: 'frames behind a loss are found again; tshark stops' },
  'v-midstream.pcap': { requests: 64, responses: 65, because: 'the first response answers a request not captured' },
  'v-requests-only.pcap': { requests: 99, responses: 0, because: 'one direction only' },
  'v-snaplen160.pcap': {
    requests: 185,
    responses: 185,
    because: 'cut frames are counted by header; tshark loses them',
  },
};

/**
 * Captures of others, as this reader counts them; `because` names where the figure can be looked up (deepflow's own
 * `.result` files, INDEX.txt) or why there is none. A change of these figures is a change of the reader.
 */
const foreign: Readonly<Record<string, Truth>> = {
  'deepflow/00-produce-v2.pcap': { requests: 1, responses: 1, because: '.result' },
  'deepflow/00-produce-v7-sw8.pcap': { requests: 1, responses: 1, because: '.result' },
  'deepflow/00-produce-v9.pcap': { requests: 1, responses: 1, because: '.result' },
  'deepflow/01-fetch-v12-ok.pcap': { requests: 1, responses: 1, because: '.result' },
  'deepflow/01-fetch-v12-perf.pcap': {
    requests: 1,
    responses: 1,
    because: 'tshark takes the response for Produce v20',
  },
  'deepflow/01-fetch-v12-unknown.pcap': { requests: 1, responses: 1, because: '.result' },
  'deepflow/11-join-group-v7.pcap': {
    requests: 1,
    responses: 1,
    because: 'tshark takes the response for Produce v120',
  },
  'deepflow/13-leave-group-v4.pcap': { requests: 1, responses: 1, because: '.result' },
  'deepflow/14-sync-group-v5.pcap': {
    requests: 1,
    responses: 1,
    because: 'tshark takes the response for Produce v120',
  },
  'deepflow/18-api-versions-v3.pcap': {
    requests: 1,
    responses: 1,
    because: 'tshark takes the response for Produce v2',
  },
  'deepflow/mixed-with-unsupported.pcap': { requests: 3, responses: 3, because: 'Fetch v13, Heartbeat, OffsetCommit' },
  'deepflow/history/produce-v9@b3b9b608.pcap': {
    requests: 0,
    responses: 0,
    because: 'one packet, a single request: one unanswered request proves no endpoint',
  },
  'go-sniffer/kafka@0313eb2d.pcap': { requests: 2, responses: 2, because: 'Metadata v0 and Produce v1' },
  'ndpi/kafka.pcapng': { requests: 14, responses: 14, because: 'tshark counts the same' },
  'ndpi/kafka@51fdde70.pcap': { requests: 10, responses: 10, because: 'tshark counts the same' },
};

describe.skipIf(!existsSync(shared))('captures that were damaged, and captures of others', () => {
  for (const [name, { requests, responses, because }] of Object.entries(damaged)) {
    it(`${name}: ${because}`, async () => {
      expect(await totalsOf(join(shared, name))).toMatchObject({ requests, responses });
    });
  }
  for (const [name, { requests, responses, because }] of Object.entries(foreign)) {
    it(`${name}: ${because}`, async () => {
      expect(await totalsOf(join(shared, 'third-party', name))).toMatchObject({ requests, responses });
    });
  }

  it('tells how many segments came again and out of order in captures where that was done to them', async () => {
    const tcpOf = async (name: string) => {
      let capturedTwice = 0;
      const onTcp = ({ client, broker }: ConnectionTcp) => {
        capturedTwice += client.capturedTwice + broker.capturedTwice;
      };
      const { tcp, lateSegments } = await readCapture({ path: join(shared, name) }, () => undefined, { onTcp });
      return {
        capturedTwice,
        again: tcp.retransmittedSegments,
        late: lateSegments,
        outOfOrder: tcp.outOfOrderSegments,
      };
    };
    // Of 69 packets repeated eight came right behind the first copy, as packets do that were captured twice. The 43rd
    // packet of the file repeats the 35th 276 µs after both ends had said FIN and acknowledged it: that connection is
    // over and its figures are told, so this one counts for the capture only.
    expect(await tcpOf('v-retransmits.pcap')).toEqual({ again: 60, capturedTwice: 8, late: 1, outOfOrder: 0 });
    expect(await tcpOf('v-outoforder.pcap')).toEqual({ again: 0, capturedTwice: 0, late: 0, outOfOrder: 100 });
    expect(await tcpOf('sasl-mixed.pcap')).toEqual({ again: 0, capturedTwice: 0, late: 0, outOfOrder: 0 });
  });
});
