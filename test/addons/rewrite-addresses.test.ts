import { describe, expect, test } from 'vitest';
import {
  type AddressBook,
  addressPolicy,
  type BrokerAddress,
  brokersNamed,
  rewriteAddresses,
} from '../../src/addons/rewrite-addresses.ts';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import type { DecodedMessage, FieldData, Struct } from '../../src/protocol/message.ts';
import { intField } from '../../src/protocol/struct-fields.ts';
import {
  addressResponse,
  addressRows,
  addressVersions,
  goldenIsThere,
  goldenResponses,
} from '../support/address-messages.ts';

/** Advertises the same host for every broker, on port 20000 + node id mod 1000. */
function bookFor(host: string): AddressBook {
  return { advertised: ({ nodeId }) => ({ host, port: 20_000 + (nodeId % 1000) }) };
}

function decoded(payload: Uint8Array, key: number, version: number): DecodedMessage {
  const message = decodeResponse(payload, key, version);
  if (message.kind !== 'decoded') throw new Error(message.detail);
  return message;
}

/** The body with every address that a rewrite may touch replaced, found by walking the decoded tree. */
function expectedBody(key: number, list: string, body: Struct, host: string): Struct {
  const rewrite = (each: Struct): Struct => {
    const nodeId = intField(each, key === 60 ? 'brokerId' : 'nodeId', -1);
    const port = intField(each, 'port', -1);
    if (nodeId < 0 || each.host === '' || port <= 0 || port > 65_535) return each;
    return { ...each, host, port: 20_000 + (nodeId % 1000) };
  };
  if (list === '') return rewrite(body);
  const entries = body[list];
  if (!Array.isArray(entries)) return body;
  return { ...body, [list]: (entries as readonly Struct[]).map(rewrite) as readonly FieldData[] };
}

function frameOf(payload: Uint8Array, key: number, version: number, book: AddressBook): Uint8Array | null {
  const outcome = rewriteAddresses(payload, key, version, book);
  if (outcome.kind === 'unreadable') throw new Error(outcome.detail);
  return outcome.kind === 'rewritten' ? outcome.frame : null;
}

const two = [
  { id: 1, host: 'one.internal', port: 9092 },
  { id: 2, host: 'two.internal', port: 9092 },
];

describe('addressPolicy', () => {
  test('holds what lists brokers and lets the rest pass', () => {
    expect(addressPolicy(3, 0)).toBe('hold');
    expect(addressPolicy(10, 6)).toBe('hold');
    expect(addressPolicy(78, 1)).toBe('hold');
    expect(addressPolicy(1, 16)).toBe('hold-or-hide');
    expect(addressPolicy(1, 15)).toBe('none');
    expect(addressPolicy(0, 9)).toBe('none');
    expect(addressPolicy(18, 3)).toBe('cap');
    expect(addressPolicy(17, 1)).toBe('none');
    expect(addressPolicy(3, 44)).toBe('unknown-version');
  });
});

describe('rewriteAddresses', () => {
  // 127 and 128 characters are the border at which a compact length takes two bytes; so is a tag's size.
  const hosts = ['p', '127.0.0.1', 'h'.repeat(126), 'h'.repeat(127), 'h'.repeat(255)];

  test.each(addressVersions())('API $key v$version: only host and port change', ({ key, version, list }) => {
    const payload = addressResponse(key, version, list === '' ? two.slice(0, 1) : two, { throttleTimeMs: 3 });
    const before = decoded(payload, key, version);
    for (const host of hosts) {
      const frame = frameOf(payload, key, version, bookFor(host));
      if (frame === null) throw new Error('not rewritten');
      expect(new DataView(frame.buffer, frame.byteOffset).getInt32(0)).toBe(frame.length - 4);
      const body = expectedBody(key, list, before.body, host);
      expect(decoded(frame.subarray(4), key, version).body).toEqual(body);
      const wanted = encodeResponse({ apiKey: key, apiVersion: version, correlationId: 7, body });
      expect(Buffer.from(frame.subarray(4)).equals(wanted)).toBe(true);
    }
  });

  test('asks for all missing listeners at once and changes nothing until they are there', () => {
    const asked: BrokerAddress[] = [];
    const book: AddressBook = {
      advertised: (broker) => {
        asked.push(broker);
        return broker.nodeId === 1 ? { host: 'p', port: 1 } : undefined;
      },
    };
    const outcome = rewriteAddresses(addressResponse(3, 9, two), 3, 9, book);
    const missing = { endpointType: 1, nodeId: 2, host: 'two.internal', port: 9092 };
    expect(outcome).toEqual({ kind: 'missing', brokers: [missing] });
    expect(asked.map(({ nodeId }) => nodeId)).toEqual([1, 2]);
  });

  test('leaves "no coordinator" alone', () => {
    const none = addressResponse(10, 2, [{ id: -1, host: '', port: -1 }], { errorCode: 15 });
    expect(rewriteAddresses(none, 10, 2, bookFor('p'))).toEqual({ kind: 'unchanged' });
  });

  test('sends the original bytes out when nothing changes', () => {
    const same: AddressBook = { advertised: ({ host, port }) => ({ host, port }) };
    expect(rewriteAddresses(addressResponse(3, 12, two), 3, 12, same).kind).toBe('unchanged');
    const leave: AddressBook = { advertised: () => null };
    expect(rewriteAddresses(addressResponse(3, 12, two), 3, 12, leave).kind).toBe('unchanged');
  });

  test('a malformed response is unreadable and nothing of it is rewritten', () => {
    const payload = addressResponse(3, 9, two);
    const outcome = rewriteAddresses(payload.subarray(0, payload.length - 4), 3, 9, bookFor('p'));
    expect(outcome.kind).toBe('unreadable');
  });

  test('brokersNamed only tells', () => {
    expect(brokersNamed(addressResponse(3, 1, two), 3, 1).map(({ nodeId }) => nodeId)).toEqual([1, 2]);
    expect(brokersNamed(new Uint8Array(2), 3, 1)).toEqual([]);
  });

  test.skipIf(!goldenIsThere)('every golden response: decoded again only host and port differ', () => {
    let rewritten = 0;
    const rowOf = (key: number, version: number) =>
      addressRows.find((each) => each.key === key && version >= each.from && version <= each.to);
    for (const line of goldenResponses((key, version) => rowOf(key, version) !== undefined)) {
      const { key, version } = line;
      const list = rowOf(key, version)?.list ?? '';
      const before = decoded(line.payload, key, version);
      const host = 'a-host-with-a-longer-name.proxy.example';
      const frame = frameOf(line.payload, key, version, bookFor(host));
      const body = expectedBody(key, list, before.body, host);
      const label = `${line.api} v${version} ${line.variant}`;
      if (frame === null) {
        expect(body, label).toEqual(before.body);
        continue;
      }
      rewritten += 1;
      const after = decoded(frame.subarray(4), key, version);
      expect(after.body, label).toEqual(body);
      expect(after.unknownTags, label).toEqual(before.unknownTags);
      expect(after.trailingBytes, label).toBe(0);
      const correlationId = intField(before.header, 'correlationId', 0);
      const { unknownTags } = before;
      const wanted = encodeResponse({ apiKey: key, apiVersion: version, correlationId, body, unknownTags });
      expect(Buffer.from(frame.subarray(4)).equals(wanted), label).toBe(true);
    }
    expect(rewritten).toBeGreaterThan(100);
  });
});
