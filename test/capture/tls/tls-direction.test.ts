import { describe, expect, it } from 'vitest';
import type { RecordCipher } from '../../../src/capture/tls/record-cipher.ts';
import { TlsDirection } from '../../../src/capture/tls/tls-direction.ts';

/** A cipher whose records say their own number. */
const numbered = (name: number): RecordCipher => ({
  overheadBytes: 22,
  open: (_header, body, sequence) => (body[0] === name && body[1] === sequence ? { type: 23, bytes: body } : null),
});
const record = (name: number, sequence: number, lostBytes = 0) => ({
  header: new Uint8Array(5),
  body: new Uint8Array([name, sequence]),
  atUs: 1,
  lostBytes,
});

describe('TlsDirection', () => {
  it('counts records under its keys', () => {
    const direction = new TlsDirection();
    expect(direction.open(record(1, 0))).toBeNull();
    direction.cipher = numbered(1);
    expect(direction.open(record(1, 0))).not.toBeNull();
    expect(direction.open(record(1, 0))).toBeNull();
    expect(direction.open(record(1, 1))).not.toBeNull();
    expect(direction.opened).toBe(2);
  });

  it('finds how many records a loss took, within what the loss allows', () => {
    const direction = new TlsDirection();
    direction.cipher = numbered(1);
    expect(direction.openAfterLoss(record(1, 3, 200))).toMatchObject({ skipped: 3 });
    expect(direction.sequence).toBe(4);
    expect(direction.openAfterLoss(record(1, 9, 30))).toBeNull();
  });

  it('goes on to the keys that follow when they open the record', () => {
    const direction = new TlsDirection();
    direction.cipher = numbered(1);
    direction.following = { cipher: numbered(2), secret: new Uint8Array(32) };
    expect(direction.openAfterLoss(record(2, 0, 100))).toMatchObject({ skipped: 0 });
    expect(direction.following).toBeNull();
    direction.following = { cipher: numbered(3), secret: new Uint8Array(32) };
    expect(direction.openAhead(record(3, 0))).not.toBeNull();
    expect(direction.sequence).toBe(1);
  });
});
