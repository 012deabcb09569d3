import { describe, expect, it } from 'vitest';
import { answerRequest } from '../../src/broker/dispatcher.ts';
import { apiHandlers } from '../../src/broker/handlers/index.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { structsField } from '../../src/protocol/struct-fields.ts';
import { bytesOf, corpusMessages, fullCorpusIsThere, releases, sampleMessages } from '../protocol/golden-lines.ts';
import { Dialogue, toBody } from './dialogue.ts';

const handlersByKey = new Map(apiHandlers.map((handler) => [handler.apiKey, handler]));

/** Longer than any wait a request can ask for. */
const longEnoughMs = 2 ** 32;

/** Sends golden request frames to a fresh cluster; every answer must decode exactly, or be a close or nothing. */
async function answerAll(lines: readonly { key: number; version: number; type: string; hex: string }[]) {
  const kinds = new Map<string, number>();
  const dialogue = new Dialogue();
  dialogue.cluster.topics.create('orders', 3, 3);
  for (const line of lines) {
    const handler = handlersByKey.get(line.key);
    if (line.type !== 'request' || handler === undefined) continue;
    const pending = answerRequest(dialogue.cluster, 1, dialogue.client, bytesOf(line));
    await dialogue.clock.advance(longEnoughMs);
    const answer = await pending;
    kinds.set(answer.kind, (kinds.get(answer.kind) ?? 0) + 1);
    if (answer.kind === 'response') toBody(answer.payload, line.key, line.version);
  }
  return kinds;
}

describe('the dispatcher', () => {
  it('answers an empty request of every API in every version it advertises', async () => {
    for (const { apiKey, minVersion, maxVersion } of apiHandlers) {
      for (let version = minVersion; version <= maxVersion; version += 1) {
        expect(planFor(apiKey, 'request', version), `${apiKey} v${version} has a schema`).not.toBeNull();
        const dialogue = new Dialogue();
        const pending = dialogue.send(apiKey, version, {});
        await dialogue.clock.advance(longEnoughMs);
        const answer = await pending;
        // An empty Produce has acks=0, which nobody answers.
        expect(answer.kind, `${apiKey} v${version}`).toBe(apiKey === 0 ? 'nothing' : 'response');
        if (answer.kind === 'response') toBody(answer.payload, apiKey, version);
      }
    }
  });

  for (const release of releases) {
    it(`answers every golden request of ${release.name} with something that decodes exactly`, async () => {
      const kinds = await answerAll(sampleMessages(release.name));
      expect(kinds.get('response')).toBeGreaterThan(0);
    });

    it.skipIf(!fullCorpusIsThere)(`and every one of the full corpus of ${release.name}`, async () => {
      const kinds = await answerAll(corpusMessages(release.name));
      expect(kinds.get('response')).toBeGreaterThan(1000);
    });
  }

  it('lives through golden requests with bytes changed or cut', async () => {
    const dialogue = new Dialogue();
    dialogue.cluster.topics.create('orders', 3, 3);
    let dice = 1;
    const roll = (below: number) => {
      dice = (Math.imul(dice, 1_103_515_245) + 12_345) & 0x7fffffff;
      return dice % below;
    };
    for (const line of sampleMessages('4.4.0')) {
      if (line.type !== 'request' || !handlersByKey.has(line.key)) continue;
      for (let round = 0; round < 6; round += 1) {
        const bytes = bytesOf(line).slice();
        for (let changes = 1 + roll(3); changes > 0; changes -= 1) bytes[4 + roll(bytes.length - 4)] = roll(256);
        const hostile = round % 3 === 0 ? bytes.subarray(0, roll(bytes.length + 1)) : bytes;
        const pending = answerRequest(dialogue.cluster, 1, dialogue.client, hostile);
        await dialogue.clock.advance(longEnoughMs);
        const answer = await pending;
        if (answer.kind === 'response') toBody(answer.payload, line.key, line.version);
      }
    }
  });

  it('advertises exactly its handlers', async () => {
    const answer = await new Dialogue().ask(18, 3, { clientSoftwareName: 'tester', clientSoftwareVersion: '1' });
    const offered = structsField(answer, 'apiKeys').map(({ apiKey, minVersion, maxVersion }) => ({
      apiKey,
      minVersion,
      maxVersion,
    }));
    const own = apiHandlers.map(({ apiKey, minVersion, maxVersion }) => ({ apiKey, minVersion, maxVersion }));
    expect(offered).toEqual(own.sort((left, right) => left.apiKey - right.apiKey));
  });

  it('answers an ApiVersions version nobody knows in 20 bytes of v0 (KIP-511)', async () => {
    // key 18, version 99, correlation id 7, client id "x", no tags, and a body nobody can read
    const payload = Buffer.from('00120063000000070001' + '78' + '00' + 'ffffff', 'hex');
    const dialogue = new Dialogue();
    const answer = await answerRequest(dialogue.cluster, 1, dialogue.client, payload);
    if (answer.kind !== 'response') throw new Error(answer.kind);
    // correlation id, error 35, one entry: key 18, versions 0 to 5
    expect(Buffer.from(answer.payload).toString('hex')).toBe(
      '00000007' + '0023' + '00000001' + '0012' + '0000' + '0005',
    );
  });

  it('closes the connection on what a broker closes on', async () => {
    const dialogue = new Dialogue();
    const kindOf = async (hex: string) =>
      (await answerRequest(dialogue.cluster, 1, dialogue.client, Buffer.from(hex, 'hex'))).kind;
    expect(await kindOf('03e70000000000010000')).toBe('close'); // key 999
    expect(await kindOf('00030063000000010000')).toBe('close'); // Metadata v99
    expect(await kindOf('0003000100000001000000')).toBe('close'); // Metadata v1 cut in its array
    expect(await kindOf('0003')).toBe('close'); // half a header
  });

  it('counts error codes and throttled answers', async () => {
    const dialogue = new Dialogue({ autoCreateTopics: false });
    await dialogue.ask(3, 9, { topics: [{ name: 'nowhere' }] });
    expect(dialogue.cluster.counters.errorsByCode.get(3)).toBe(1);
    dialogue.cluster.quotas.set('tester', 10);
    const topicData = [{ name: 'nowhere', partitionData: [{ index: 0, records: null }] }];
    const answer = await dialogue.send(0, 9, { acks: 1, topicData });
    if (answer.kind !== 'response') throw new Error(answer.kind);
    expect(answer.muteMs).toBeGreaterThan(0);
    expect(toBody(answer.payload, 0, 9).throttleTimeMs).toBe(answer.muteMs);
    expect(dialogue.cluster.counters.throttledResponses).toBe(1);
  });

  it("holds a slow broker's answer back", async () => {
    const dialogue = new Dialogue();
    dialogue.cluster.faults.slowBroker(2, { baseMs: 50, jitterMs: 0 });
    let answered = false;
    const pending = dialogue.ask(3, 9, { topics: null }, 2).then(() => {
      answered = true;
    });
    await dialogue.clock.advance(49);
    expect(answered).toBe(false);
    await dialogue.clock.advance(1);
    await pending;
    expect(dialogue.cluster.counters.delayedResponses).toBe(1);
  });
});
