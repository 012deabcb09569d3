import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/source.ts';
import { detailOf } from '../../src/store/detail.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { allSpans, expectNested } from '../records/span-checks.ts';
import { driveEngine } from '../support/drive-engine.ts';

const captures = new URL('../../fixtures/captures/', import.meta.url);

async function exchangesOf(capture: string, unsafeShowSecrets = false) {
  const inputs: EngineInput[] = [];
  await readCapture({ path: new URL(capture, captures).pathname }, (input) => {
    inputs.push(input.kind === 'segment' ? { ...input, bytes: input.bytes.slice() } : input);
  });
  return driveEngine(inputs, { unsafeShowSecrets }).exchanges;
}

async function detailsOf(capture: string, recordContents: boolean, unsafeShowSecrets = false) {
  const exchanges = await exchangesOf(capture, unsafeShowSecrets);
  return exchanges.map((exchange) => detailOf(exchange, exchange.seq, false, recordContents));
}

describe('the payloads of real traffic', () => {
  it.each(['java-codecs.pcap', 'kafkajs-txn-admin.pcap', 'java-share-group.pcap', 'any-sll2-aiokafka.pcap'])(
    'are shown for %s, with spans inside their bytes, and survive the way to another thread',
    async (capture) => {
      const details = await detailsOf(capture, true);
      let records = 0;
      for (const detail of details) {
        for (const side of [detail.request, detail.response]) {
          if (side === null) continue;
          expectNested(side.spans, new Uint8Array(side.sizeBytes), side.views);
          records += allSpans(side.spans).filter((span) => span.type === 'RECORD' || span.type === 'MESSAGE').length;
        }
        expect(() => structuredClone(detail)).not.toThrow();
      }
      expect(records).toBeGreaterThan(0);
    },
  );

  it('hold no key, value or uncompressed byte while records are hidden', async () => {
    for (const detail of await detailsOf('java-codecs.pcap', false)) {
      for (const side of [detail.request, detail.response]) {
        expect(side?.views ?? []).toEqual([]);
        expect(allSpans(side?.spans ?? []).filter((span) => span.type === 'RECORD')).toEqual([]);
      }
    }
  });

  it('name members of groups and their assignments', async () => {
    const notes = (await detailsOf('kafkajs-txn-admin.pcap', false))
      .flatMap((detail) => [...(detail.request?.spans ?? []), ...(detail.response?.spans ?? [])])
      .flatMap((span) => allSpans([span]).map((one) => one.note ?? ''));
    expect(notes.filter((note) => note.includes('not readable'))).toEqual([]);
  });

  it('never show a password, even where bytes are shown', async () => {
    for (const unsafe of [false, true]) {
      const words = (await detailsOf('sasl-mixed.pcap', true, unsafe))
        .flatMap((detail) => [...(detail.request?.spans ?? []), ...(detail.response?.spans ?? [])])
        .flatMap((span) => allSpans([span]).map((one) => `${String(one.value)} ${one.note}`))
        .join('\n');
      expect(words).not.toMatch(/(alice|bob|admin)-secret/);
      expect(words.includes('SASL token')).toBe(unsafe);
    }
  });
});

describe('what the traffic before taught', () => {
  it('a fetch is shown with its session, the versions offered, and names beside ids', async () => {
    const details = await detailsOf('java-codecs.pcap', false);
    const fetches = details.filter((detail) => detail.row.apiKey === 1);
    expect(fetches.map((detail) => detail.session?.kind)).toEqual(['full', 'incremental', 'incremental', 'closing']);
    for (const fetch of fetches) expect(fetch.offered).toEqual({ min: 4, max: 18 });
    const ids = allSpans(fetches[0]?.request?.spans ?? []).filter((span) => span.name === 'topicId');
    expect(ids.map((span) => span.note)).toEqual(fetches[0]?.row.topics);
  });
});
