import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureLimits, LimitCounter } from '../../../src/capture/limits.ts';
import { KeyLog } from '../../../src/capture/tls/key-log.ts';
import { expandLabel } from '../../../src/capture/tls/key-schedule.ts';
import { TlsConnection } from '../../../src/capture/tls/tls-connection.ts';
import type { TcpSide } from '../../../src/capture/types.ts';
import { type RecordedConversation, talkTls } from './tls-conversation.ts';

const openssl = { noEncryptThenMac: 0x80000, noTicket: 0x4000 };
const exchanges = [
  [Buffer.from('first request'), Buffer.alloc(40_000, 'answer ')],
  [Buffer.alloc(20_000, 'request '), Buffer.from('ok')],
  [Buffer.from('x'), Buffer.from('y')],
] as const;
const sent = [Buffer.concat(exchanges.map(([bytes]) => bytes)), Buffer.concat(exchanges.map(([, bytes]) => bytes))];

interface Heard {
  readonly connection: TlsConnection;
  readonly text: readonly [Buffer, Buffer];
  readonly losses: readonly (readonly [TcpSide, number | null])[];
  readonly unreadable: number;
}

function keyLogOf(text: string): KeyLog {
  const keyLog = new KeyLog(captureLimits.tlsSessionsMax, new LimitCounter());
  keyLog.add(text);
  return keyLog;
}

/** Plays the wire into a decrypter; `drop` leaves chunks out as gaps. */
function hear(
  wire: RecordedConversation['wire'],
  keyLog: string,
  drop: (index: number) => boolean = () => false,
): Heard {
  const text: [Buffer[], Buffer[]] = [[], []];
  const losses: [TcpSide, number | null][] = [];
  let unreadable = 0;
  const connection = new TlsConnection(keyLogOf(keyLog), {
    plaintext: (side, bytes) => text[side].push(Buffer.from(bytes)),
    lost: (side, missingBytes) => losses.push([side, missingBytes]),
    unreadable: () => {
      unreadable += 1;
    },
  });
  wire.forEach(({ side, bytes }, index) => {
    if (drop(index)) connection.gap(side, bytes.length);
    else connection.data(side, bytes, index);
  });
  return { connection, text: [Buffer.concat(text[0]), Buffer.concat(text[1])], losses, unreadable };
}

const tls13 = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', certificate: 'ecdsa' } as const;
const tls12 = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;

describe('what OpenSSL seals is read again', () => {
  it.each([
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_CCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
  ])('TLS 1.3 with %s', async (ciphers) => {
    const { wire, keyLog } = await talkTls({ ...tls13, ciphers: `${ciphers}:DEFAULT:@SECLEVEL=0` }, exchanges);
    const { connection, text, unreadable } = hear(wire, keyLog);
    expect(text).toEqual(sent);
    expect(unreadable).toBe(0);
    expect(connection.handshake.facts).toEqual({ version: 'TLSv1.3', cipher: ciphers, sni: 'broker-1.unit.test' });
    expect(connection.handshake.certificateSubject).toBe('CN=broker-1.unit.test, O=kafka-scope tests');
  });

  it.each([
    ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ecdsa', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 0],
    ['ECDHE-RSA-AES256-GCM-SHA384', 'rsa', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 0],
    ['ECDHE-RSA-CHACHA20-POLY1305', 'rsa', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 0],
    ['ECDHE-ECDSA-AES256-CCM', 'ecdsa', 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM', 0],
    ['ECDHE-ECDSA-AES128-CCM8', 'ecdsa', 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8', 0],
    ['AES128-GCM-SHA256', 'rsa', 'TLS_RSA_WITH_AES_128_GCM_SHA256', 0],
    ['ECDHE-RSA-AES128-SHA', 'rsa', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 0],
    ['ECDHE-RSA-AES128-SHA', 'rsa', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', openssl.noEncryptThenMac],
    ['ECDHE-RSA-AES128-SHA256', 'rsa', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 0],
    ['ECDHE-RSA-AES128-SHA256', 'rsa', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', openssl.noEncryptThenMac],
    ['ECDHE-ECDSA-AES256-SHA384', 'ecdsa', 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', 0],
    ['ECDHE-ECDSA-AES256-SHA384', 'ecdsa', 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', openssl.noEncryptThenMac],
    ['AES256-SHA', 'rsa', 'TLS_RSA_WITH_AES_256_CBC_SHA', openssl.noEncryptThenMac],
  ] as const)('TLS 1.2 with %s (%s, %s, options %i)', async (ciphers, certificate, name, secureOptions) => {
    const { wire, keyLog } = await talkTls(
      { ...tls12, certificate, ciphers: `${ciphers}:@SECLEVEL=0`, secureOptions },
      exchanges,
    );
    const { connection, text, unreadable } = hear(wire, keyLog);
    expect(text).toEqual(sent);
    expect(unreadable).toBe(0);
    expect(connection.handshake.facts?.cipher).toBe(name);
  });

  it('a HelloRetryRequest', async () => {
    const { wire, keyLog } = await talkTls(
      { ...tls13, clientCurve: 'X25519:P-384', serverCurve: 'P-384', alpn: 'kafka' },
      exchanges,
    );
    // The second hello follows a change_cipher_spec record of six bytes that stands there for old middleboxes.
    const hellos = wire.filter(
      ({ side, bytes }) => side === 0 && (bytes[5] === 1 || (bytes[0] === 20 && bytes[11] === 1)) && bytes.length > 6,
    );
    const { connection, text } = hear(wire, keyLog);
    expect(hellos).toHaveLength(2);
    expect(text).toEqual(sent);
    expect(connection.handshake.alpn).toBe('kafka');
  });

  it.each([tls13, { ...tls12, certificate: 'ecdsa' } as const])('a resumed session %#', async (options) => {
    const ticketKeys = Buffer.alloc(48, 7);
    const first = await talkTls({ ...options, ticketKeys }, exchanges);
    expect(first.session).toBeDefined();
    const again = await talkTls({ ...options, ticketKeys, session: first.session ?? Buffer.alloc(0) }, exchanges);
    expect(again.reused).toBe(true);
    expect(hear(again.wire, again.keyLog).text).toEqual(sent);
  });

  it('however the records were split', async () => {
    const { wire, keyLog } = await talkTls(tls13, exchanges);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const pieces = wire.flatMap(({ side, bytes }) => {
          const parts: { side: 0 | 1; bytes: Uint8Array }[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            parts.push({ side, bytes: bytes.subarray(at, at + size) });
            at += size;
          }
          return parts;
        });
        expect(hear(pieces, keyLog).text).toEqual(sent);
      }),
      { numRuns: 15 },
    );
  });
});

describe('what can not be read is said', () => {
  it('no key: the hellos and the certificate of TLS 1.2 are still known', async () => {
    const { wire } = await talkTls({ ...tls12, certificate: 'rsa' }, exchanges);
    const { connection, text, unreadable } = hear(wire, '');
    expect(text.map((side) => side.length)).toEqual([0, 0]);
    expect(unreadable).toBe(1);
    expect(connection.problem).toEqual({ kind: 'no-secret' });
    expect(connection.handshake.said.sni).toBe('broker-1.unit.test');
    expect(connection.handshake.certificateSubject).toBe('CN=broker-2.unit.test, O=kafka-scope tests');
  });

  it('the secrets of another session never yield plaintext', async () => {
    const { wire, keyLog } = await talkTls(tls13, exchanges);
    const wrong = keyLog.replace(/[0-9a-f]{64,96}$/gm, (secret) => 'ab'.repeat(secret.length / 2));
    const { connection, text } = hear([...wire, ...wire.slice(4), ...wire.slice(4)], wrong);
    expect(text.map((side) => side.length)).toEqual([0, 0]);
    expect([null, 'keys-do-not-fit']).toContain(connection.problem?.kind ?? null);
  });

  it('a missing hello', async () => {
    const { wire, keyLog } = await talkTls(tls13, exchanges);
    const { connection, text } = hear(
      wire.filter(({ side }) => side === 1),
      keyLog,
    );
    expect(text[1].length).toBe(0);
    expect(connection.handshake.facts?.version).toBe('TLSv1.3');
  });

  it('hostile bytes end in silence, not in an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(0, 1), fc.uint8Array({ maxLength: 300 }))), (chunks) => {
        const wire = chunks.map(([side, bytes]) => ({ side: side === 0 ? 0 : 1, bytes }) as const);
        const hello = new Uint8Array([22, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 0, 0]);
        const heard = hear([{ side: 0, bytes: hello }, ...wire], '');
        expect(heard.text.map((side) => side.length)).toEqual([0, 0]);
      }),
    );
  });
});

describe('a loss costs the records it touches', () => {
  it.each([
    ['TLS 1.3', tls13, true],
    ['TLS 1.2 GCM', { ...tls12, certificate: 'ecdsa', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const, true],
    ['TLS 1.2 CBC', { ...tls12, certificate: 'rsa', ciphers: 'ECDHE-RSA-AES128-SHA256' } as const, false],
  ] as const)('%s', async (_name, options, exact) => {
    const talk = Array.from(
      { length: 12 },
      (_, index) => [Buffer.from(`request ${index};`), Buffer.from(`answer ${index};`)] as const,
    );
    const { wire, keyLog } = await talkTls(options, talk);
    const whole = hear(wire, keyLog);
    const fromClient = wire.flatMap(({ side }, index) => (side === 0 ? [index] : []));
    const lost = fromClient.slice(-5, -3);
    const { text, losses } = hear(wire, keyLog, (index) => lost.includes(index));
    expect(text[1]).toEqual(whole.text[1]);
    const missing = 'request 7;request 8;';
    expect(text[0].toString()).toBe(whole.text[0].toString().replace(missing, ''));
    expect(losses).toEqual([[0, exact ? missing.length : null]]);
  });
});

/** Seals TLS 1.3 records by hand, for what Node can not be asked to do. */
class Sealer {
  #secret: Buffer;
  #sequence = 0;

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  update(): void {
    this.#secret = expandLabel('sha256', this.#secret, 'traffic upd', 32);
    this.#sequence = 0;
  }

  seal(type: number, content: Uint8Array): Buffer {
    const key = expandLabel('sha256', this.#secret, 'key', 16);
    const nonce = expandLabel('sha256', this.#secret, 'iv', 12);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#sequence) >>> 0, 8);
    this.#sequence += 1;
    const inner = Buffer.concat([content, Buffer.from([type, 0, 0, 0])]);
    const header = Buffer.from([23, 3, 3, 0, 0]);
    header.writeUInt16BE(inner.length + 16, 3);
    const cipher = createCipheriv('aes-128-gcm', key, nonce);
    cipher.setAAD(header);
    return Buffer.concat([header, cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
  }
}

const message = (type: number, body: Uint8Array) =>
  Buffer.concat([Buffer.from([type, 0, body.length >> 8, body.length & 255]), body]);
const plainRecord = (content: Uint8Array) =>
  Buffer.concat([Buffer.from([22, 3, 1, content.length >> 8, content.length & 255]), content]);
const random = Buffer.alloc(32, 0x41);

function hellos(clientExtensions: Uint8Array): readonly [Buffer, Buffer] {
  const client = Buffer.concat([
    Buffer.from([3, 3]),
    random,
    Buffer.from([0, 0, 2, 0x13, 0x01, 1, 0, 0, clientExtensions.length]),
    clientExtensions,
  ]);
  const server = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 0x42),
    Buffer.from([0, 0x13, 0x01, 0, 0, 6, 0, 43, 0, 2, 3, 4]),
  ]);
  return [plainRecord(message(1, client)), plainRecord(message(2, server))];
}

const secretOf = (fill: number) => Buffer.alloc(32, fill);
const logLine = (label: string, fill: number) =>
  `${label} ${random.toString('hex')} ${secretOf(fill).toString('hex')}\n`;
const fullLog =
  logLine('CLIENT_EARLY_TRAFFIC_SECRET', 1) +
  logLine('CLIENT_HANDSHAKE_TRAFFIC_SECRET', 2) +
  logLine('SERVER_HANDSHAKE_TRAFFIC_SECRET', 3) +
  logLine('CLIENT_TRAFFIC_SECRET_0', 4) +
  logLine('SERVER_TRAFFIC_SECRET_0', 5);
const earlyDataExtension = Buffer.from([0, 42, 0, 0]);
const acceptsEarly = message(8, Buffer.from([0, 4, 0, 42, 0, 0]));
const rejectsEarly = message(8, Buffer.from([0, 0]));
const finished = message(20, Buffer.alloc(32));
const text = (content: string) => Buffer.from(content);

describe('TLS 1.3 by hand', () => {
  it('a KeyUpdate changes the keys of its direction', () => {
    const [clientHello, serverHello] = hellos(Buffer.alloc(0));
    const client = new Sealer(secretOf(4));
    const early = new Sealer(secretOf(2)).seal(22, finished);
    const records = [client.seal(23, text('before ')), client.seal(22, message(24, Buffer.from([0])))];
    client.update();
    records.push(client.seal(23, text('after ')), client.seal(22, message(24, Buffer.from([1]))));
    client.update();
    records.push(client.seal(23, text('later')));
    const server = [new Sealer(secretOf(3)).seal(22, Buffer.concat([rejectsEarly, finished]))];
    const wire = [
      { side: 0, bytes: clientHello } as const,
      { side: 1, bytes: Buffer.concat([serverHello, ...server]) } as const,
      { side: 0, bytes: Buffer.concat([early, ...records]) } as const,
    ];
    expect(hear(wire, fullLog).text[0].toString()).toBe('before after later');
  });

  it('a log without handshake secrets opens the traffic all the same', () => {
    const [clientHello, serverHello] = hellos(Buffer.alloc(0));
    const wire = [
      { side: 0, bytes: clientHello } as const,
      { side: 1, bytes: Buffer.concat([serverHello, new Sealer(secretOf(3)).seal(22, finished)]) } as const,
      {
        side: 0,
        bytes: Buffer.concat([
          new Sealer(secretOf(2)).seal(22, finished),
          new Sealer(secretOf(4)).seal(23, text('hello')),
        ]),
      } as const,
      { side: 1, bytes: new Sealer(secretOf(5)).seal(23, text('answer')) } as const,
    ];
    const log = logLine('CLIENT_TRAFFIC_SECRET_0', 4) + logLine('SERVER_TRAFFIC_SECRET_0', 5);
    expect(hear(wire, log).text.map(String)).toEqual(['hello', 'answer']);
  });

  it.each([
    [acceptsEarly, 'early usual'],
    [rejectsEarly, 'usual'],
  ])('early data counts only when the server takes it %#', (extensions, expected) => {
    const [clientHello, serverHello] = hellos(earlyDataExtension);
    const early = new Sealer(secretOf(1));
    const handshake = new Sealer(secretOf(2));
    const accepted = extensions === acceptsEarly;
    const wire = [
      { side: 0, bytes: Buffer.concat([clientHello, early.seal(23, text('early '))]) } as const,
      {
        side: 1,
        bytes: Buffer.concat([serverHello, new Sealer(secretOf(3)).seal(22, Buffer.concat([extensions, finished]))]),
      } as const,
      {
        side: 0,
        bytes: Buffer.concat([
          ...(accepted ? [early.seal(22, message(5, Buffer.alloc(0)))] : []),
          handshake.seal(22, finished),
          new Sealer(secretOf(4)).seal(23, text('usual')),
        ]),
      } as const,
    ];
    expect(hear(wire, fullLog).text[0].toString()).toBe(expected);
  });
});
