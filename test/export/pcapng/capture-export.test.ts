import { expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/exchange/event.ts';
import { CaptureExport } from '../../../src/export/pcapng/capture-export.ts';
import { readBytes } from '../../capture/read-bytes.ts';
import { Conversation } from '../../support/conversation.ts';
import { driveEngine } from '../../support/drive-engine.ts';
import { packetsOf, recordingOptions } from '../../support/recorded.ts';

const asked = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };
const offered = { errorCode: 0, apiKeys: [], throttleTimeMs: 0 };

function exported(wanted: (event: EngineEvent) => boolean): Uint8Array {
  const talk = new Conversation();
  for (const id of [1, 2]) talk.request(18, 3, id, asked);
  for (const id of [1, 2]) talk.response(18, 3, id, offered);
  const file = new CaptureExport(recordingOptions);
  for (const event of driveEngine(talk.closed().inputs).all) if (wanted(event)) file.receive(event);
  file.end();
  return file.take();
}

it('writes whole exchanges in order of time, with their connection around them', async () => {
  const file = exported(() => true);
  const times = packetsOf(file).map(({ atUs }) => atUs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const { driven } = { driven: driveEngine((await readBytes(file)).inputs) };
  expect(driven.exchanges.map(({ status, correlationId }) => [status, correlationId])).toEqual([
    ['answered', 1],
    ['answered', 2],
  ]);
});

it('leaves out what is not wanted, and connections without anything wanted', () => {
  const one = exported((event) => event.kind !== 'completed' || event.exchange.correlationId === 2);
  // Handshake, request, response, end.
  expect(packetsOf(one)).toHaveLength(3 + 2 + 3);
  expect(packetsOf(exported((event) => event.kind !== 'completed'))).toEqual([]);
});
