import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestTree } from '../../src/cli/decode-tree.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { runCli } from '../support/run-cli.ts';
import { everySink } from './every-sink.ts';
import { captureOf } from './place-capture.ts';

/** What moves cursors, changes titles, writes clipboards, rings, reorders or hides, raw and in its 8-bit forms. */
const payloads: readonly string[] = [
  '\x1b]0;title\x07',
  '\x1b]52;c;aGFja2Vk\x07',
  '\x1b]52;c;aGFja2Vk\x1b\\',
  '\x1b[2J\x1b[H',
  '\x1b[?1049h\x1b[31m',
  '\x1bc',
  '\x1bP+q544e\x1b\\',
  '\x9b2J',
  '\x9d0;title\x9c',
  '\x90q\x9c',
  '\x85next\x84',
  'over\rwritten',
  'up\x0b\x0cdown\x08\x08',
  'a\nb\tc',
  '\x07\x7f\x00\x1a',
  '\u202egnp.exe\u202c',
  '\u2066x\u2069\u200f\u200b\ufeff',
  '\u2028\u2029',
];

/** Controls but LF (of our own lines), C1, and what reorders or hides text. */
const dangerous = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

function shownDangers(output: string): string[] {
  return output.split('\n').flatMap((line) => {
    const at = line.search(dangerous);
    return at < 0 ? [] : [JSON.stringify(line.slice(Math.max(0, at - 40), at + 10))];
  });
}

/** A dialogue that says the payload wherever a peer can put text. */
function hostileTalk(text: string, connection: number): Conversation {
  const bytes = new Uint8Array(Buffer.from(text));
  const records = encodeRecordBatch({
    baseOffset: 0n,
    codec: 'none',
    records: [{ timestamp: 0n, key: bytes, value: bytes, headers: [[text, bytes]] }],
  });
  const member = { memberId: text, groupInstanceId: text };
  return new Conversation(connection)
    .request(18, 3, 1, { clientSoftwareName: text, clientSoftwareVersion: text }, text)
    .response(18, 3, 1, { errorCode: 0, apiKeys: [] })
    .request(17, 1, 2, { mechanism: text }, text)
    .response(17, 1, 2, { errorCode: 33, mechanisms: [text] })
    .request(36, 2, 3, { authBytes: bytes }, text)
    .response(36, 2, 3, { errorCode: 58, errorMessage: text, authBytes: bytes })
    .request(
      0,
      8,
      4,
      { transactionalId: text, acks: 1, topicData: [{ name: text, partitionData: [{ records }] }] },
      text,
    )
    .response(0, 8, 4, { responses: [{ name: text, partitionResponses: [{ errorCode: 87, errorMessage: text }] }] })
    .request(44, 1, 5, { resources: [{ resourceName: text, configs: [{ name: text, value: text }] }] }, text)
    .response(44, 1, 5, { responses: [{ errorCode: 40, errorMessage: text, resourceName: text }] })
    .request(
      11,
      5,
      6,
      { groupId: text, ...member, protocolType: text, protocols: [{ name: text, metadata: bytes }] },
      text,
    )
    .response(11, 5, 6, { errorCode: 25, protocolName: text, leader: text, memberId: text, members: [] })
    .request(3, 4, 7, { topics: [{ name: text }] }, text)
    .response(3, 4, 7, {
      brokers: [{ host: text, rack: text }],
      clusterId: text,
      topics: [{ errorCode: 3, name: text }],
    })
    .raw(
      'client',
      framed(encodeRequest({ apiKey: 3, apiVersion: 4, correlationId: 8, clientId: text, body: {} }).slice(0, -2)),
    )
    .raw('client', framed(new Uint8Array(Buffer.concat([Buffer.from('\x7f\x7f\0\0\0\0\0\x09', 'latin1'), bytes]))))
    .raw('broker', new Uint8Array(Buffer.concat([Buffer.from('\xff\xff', 'latin1'), bytes, bytes])))
    .closed();
}

describe('what a peer writes reaches no terminal as it is', () => {
  const inputs = payloads.flatMap((text, index) => hostileTalk(text, index + 1).inputs);

  it.each([
    ['hidden', { unsafeShowSecrets: false, payload: 'hide' as const }],
    ['shown, with secrets', { unsafeShowSecrets: true, payload: 'show' as const }],
  ])('in lines, sentences, report and screens, payload %s', (_name, showing) => {
    const texts = [...everySink(inputs, showing)].filter(([, output]) => typeof output === 'string');
    expect(texts.length).toBeGreaterThan(8);
    expect(texts.flatMap(([sink, text]) => shownDangers(String(text)).map((found) => `${sink}: ${found}`))).toEqual([]);
    // The payloads did get there.
    expect(texts.filter(([, text]) => String(text).includes('aGFja2Vk')).length).toBeGreaterThan(5);
  });

  it.each(payloads)('in the tree of decode: %j', (text) => {
    const body = { topics: [{ name: text }] };
    const frame = encodeRequest({ apiKey: 3, apiVersion: 4, correlationId: 1, clientId: text, body });
    expect(shownDangers(requestTree(frame, false).text)).toEqual([]);
    expect(shownDangers(requestTree(frame.slice(0, -3), false).text)).toEqual([]);
  });
});

describe('the program', () => {
  let folder = '';
  let file = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-scope-terminal-'));
    // A file's name is chosen by whoever made the file.
    file = join(folder, 'a\x1b]0;title\x07b\x9b2J.pcap');
    await writeFile(file, captureOf(payloads.map((text, index) => hostileTalk(text, index + 1).inputs)));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['report', []],
    ['lines', ['--json', '--records', '--payload', 'show', '--unsafe-show-secrets']],
    ['log', ['--no-ui', '--json']],
  ])('%s', async (_name, args) => {
    const { stdout, stderr, code } = await runCli(['analyze', file, ...args]);
    expect(shownDangers(stdout)).toEqual([]);
    expect(shownDangers(stderr)).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toContain('aGFja2Vk');
  });

  it('replay without a screen', async () => {
    const { stdout, stderr } = await runCli(['replay', file, '--no-ui']);
    expect(shownDangers(stdout + stderr)).toEqual([]);
    expect(stderr).toContain('not-kafka');
  });

  it('errors', async () => {
    const { stderr } = await runCli(['analyze', `${file}-is-not-there`]);
    expect(shownDangers(stderr)).toEqual([]);
    const text = '\x1b]0;title\x07\x9b2J';
    const filter = await runCli(['analyze', file, '--filter', `client.id === "${text}`]);
    expect(shownDangers(filter.stderr)).toEqual([]);
    const decode = await runCli(['decode'], {
      input: `{"type":"${JSON.stringify(text).slice(1, -1)}","hex":"00"}\n{${text}\n`,
    });
    expect(shownDangers(decode.stdout + decode.stderr)).toEqual([]);
  });
});
