import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import {
  addressesPerResponseMax,
  addressLayout,
  brokerEndpoint,
  locateAddresses,
} from '../../src/protocol/locate-addresses.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { intField, structsField, textField } from '../../src/protocol/struct-fields.ts';
import {
  addressBody,
  addressResponse,
  addressRows,
  addressVersions,
  goldenIsThere,
  goldenResponses,
  type NamedBroker,
} from '../support/address-messages.ts';

const brokers: readonly NamedBroker[] = [
  { id: 0, host: 'broker-zero.example', port: 9092 },
  { id: 2_000_000, host: '2001:db8::1', port: 65_535 },
];

/** What a decoded body says of its brokers. */
function named(key: number, list: string, body: Struct): NamedBroker[] {
  const structs = list === '' ? [body] : structsField(body, list);
  return structs.map((each) => ({
    id: intField(each, key === 60 ? 'brokerId' : 'nodeId', -99),
    host: textField(each, 'host'),
    port: intField(each, 'port', -99),
  }));
}

describe('addressLayout', () => {
  test('lists exactly the eight rows', () => {
    for (let key = -1; key <= 100; key += 1) {
      for (let version = 0; version <= 13; version += 1) {
        const row = addressRows.find((each) => each.key === key && version >= each.from && version <= each.to);
        const layout = addressLayout(key, version);
        if (row !== undefined) expect(layout.kind, `${key} v${version}`).toBe('listed');
        else expect(layout.kind, `${key} v${version}`).not.toBe('listed');
      }
    }
  });

  test('says that the layout of a future version is unknown', () => {
    expect(addressLayout(3, 99).kind).toBe('unknown-version');
    expect(addressLayout(1, 12).kind).toBe('none');
    expect(addressLayout(18, 4).kind).toBe('none');
  });

  test('knows the tagged lists of Produce and Fetch', () => {
    expect(addressLayout(0, 10)).toMatchObject({ kind: 'listed', tag: 0 });
    expect(addressLayout(1, 17)).toMatchObject({ kind: 'listed', tag: 0 });
    expect(addressLayout(78, 1)).toMatchObject({ kind: 'listed', tag: -1 });
  });
});

describe('locateAddresses', () => {
  test.each(addressVersions())('finds the brokers of API $key v$version', ({ key, version, list }) => {
    const wanted = list === '' ? brokers.slice(0, 1) : brokers;
    const payload = addressResponse(key, version, wanted);
    const located = locateAddresses(payload, key, version);
    if (located.kind !== 'located') throw new Error(located.detail);
    expect(located.sites.map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))).toEqual(wanted);
    for (const site of located.sites) {
      const text = Buffer.from(payload.subarray(site.hostStart, site.hostEnd)).toString('utf8');
      expect(text.endsWith(site.host)).toBe(true);
      expect(text.length - site.host.length).toBe(site.compact ? 1 : 2);
      expect(new DataView(payload.buffer, payload.byteOffset).getInt32(site.portStart)).toBe(site.port);
    }
    expect(located.sized.length).toBe(key <= 1 ? 1 : 0);
  });

  test('DescribeCluster says whether its endpoints are brokers or controllers', () => {
    const controllers = locateAddresses(addressResponse(60, 1, brokers, { endpointType: 2 }), 60, 1);
    expect(controllers).toMatchObject({ kind: 'located', endpointType: 2 });
    expect(locateAddresses(addressResponse(60, 0, brokers), 60, 0)).toMatchObject({ endpointType: brokerEndpoint });
  });

  test('an API without addresses has none', () => {
    expect(locateAddresses(new Uint8Array(3), 18, 0)).toMatchObject({ kind: 'located', sites: [] });
  });

  test('a version that is not known is unreadable', () => {
    expect(locateAddresses(new Uint8Array(64), 3, 99)).toMatchObject({ kind: 'unreadable' });
  });

  test('more addresses than any cluster has are refused', () => {
    const many = Array.from({ length: addressesPerResponseMax + 1 }, (_, id) => ({ id, host: 'h', port: 1 }));
    expect(locateAddresses(addressResponse(3, 9, many), 3, 9)).toMatchObject({ kind: 'unreadable' });
  });

  test('bytes cut or changed anywhere never throw, and never yield a site outside the payload', () => {
    const versions = addressVersions();
    const input = fc.record({
      which: fc.nat(versions.length - 1),
      cut: fc.nat(400),
      at: fc.nat(400),
      value: fc.nat(255),
    });
    fc.assert(
      fc.property(input, ({ which, cut, at, value }) => {
        const { key, version, list } = versions[which] ?? { key: 3, version: 1, list: 'brokers' };
        const whole = addressResponse(key, version, list === '' ? brokers.slice(0, 1) : brokers);
        const payload = whole.slice(0, Math.max(0, whole.length - (cut % (whole.length + 1))));
        if (payload.length > 0) payload[at % payload.length] = value;
        const located = locateAddresses(payload, key, version);
        if (located.kind === 'unreadable') return;
        for (const site of located.sites) {
          expect(site.hostEnd).toBeLessThanOrEqual(payload.length);
          expect(site.portStart + 4).toBeLessThanOrEqual(payload.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.skipIf(!goldenIsThere)('agrees with the decoder on every golden response that bears addresses', () => {
    let sites = 0;
    const rowOf = (key: number, version: number) =>
      addressRows.find((each) => each.key === key && version >= each.from && version <= each.to);
    for (const line of goldenResponses((key, version) => rowOf(key, version) !== undefined)) {
      const row = rowOf(line.key, line.version);
      const decoded = decodeResponse(line.payload, line.key, line.version);
      const located = locateAddresses(line.payload, line.key, line.version);
      if (decoded.kind !== 'decoded' || located.kind !== 'located' || row === undefined) {
        throw new Error(`${line.api} v${line.version} ${line.variant} cannot be read`);
      }
      const found = located.sites.map(({ nodeId, host, port }) => ({ id: nodeId, host, port }));
      expect(found, `${line.api} v${line.version} ${line.variant}`).toEqual(named(line.key, row.list, decoded.body));
      sites += found.length;
    }
    expect(sites).toBeGreaterThan(300);
  });
});

test('addressBody and the tables agree on names', () => {
  expect(addressBody(60, 'brokers', [{ id: 1, host: 'h', port: 2 }])).toEqual({
    brokers: [{ brokerId: 1, host: 'h', port: 2 }],
  });
});
