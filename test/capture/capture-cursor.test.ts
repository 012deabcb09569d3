import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CaptureCursor, errorOfFile } from '../../src/capture/capture-cursor.ts';
import { CaptureError } from '../../src/capture/capture-error.ts';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { KeyLog } from '../../src/capture/tls/key-log.ts';
import { piecesOf } from './read-bytes.ts';

const file = readFileSync(new URL('../../fixtures/captures/v-rawip.pcap', import.meta.url));

function cursorOf(bytes: Uint8Array): CaptureCursor {
  const counter = new LimitCounter();
  async function* chunks() {
    yield* piecesOf(bytes, 700);
  }
  const source = { chunks: chunks(), totalBytes: bytes.length, close: () => undefined };
  return new CaptureCursor('some.pcap', source, captureLimits, counter, new KeyLog(1, counter));
}

describe('CaptureCursor', () => {
  it('moves from packet to packet to the end of the file', async () => {
    const cursor = cursorOf(file);
    let packets = 0;
    let lastUs = 0;
    while (await cursor.read()) {
      packets += 1;
      expect(cursor.packet.atUs).toBeGreaterThanOrEqual(lastUs);
      lastUs = cursor.packet.atUs;
    }
    expect(packets).toBeGreaterThan(100);
    expect(cursor.fileBytes).toBe(file.length);
  });

  it('says where the file is cut, and its name', async () => {
    const cursor = cursorOf(file.subarray(0, 300));
    await expect(
      (async () => {
        while (await cursor.read());
      })(),
    ).rejects.toThrow(/ends inside a packet/);
    const named = errorOfFile('a.pcap', new CaptureError('KS_CAPTURE_DAMAGED', 'it is damaged'));
    expect(named.message).toBe('a.pcap: it is damaged');
    expect(errorOfFile('a.pcap', named)).toBe(named);
  });
});
