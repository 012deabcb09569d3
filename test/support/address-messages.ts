import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { encodeResponse } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { planFor } from '../../src/protocol/plan.ts';

/** A broker as the tests write it. */
export interface NamedBroker {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

/** PROTOCOL §3.1, written out again so that the source's own table is not its own witness. */
export const addressRows: readonly { key: number; list: string; from: number; to: number }[] = [
  { key: 3, list: 'brokers', from: 0, to: 13 },
  { key: 10, list: '', from: 0, to: 3 },
  { key: 10, list: 'coordinators', from: 4, to: 6 },
  { key: 60, list: 'brokers', from: 0, to: 2 },
  { key: 0, list: 'nodeEndpoints', from: 10, to: 13 },
  { key: 1, list: 'nodeEndpoints', from: 16, to: 18 },
  { key: 78, list: 'nodeEndpoints', from: 0, to: 2 },
  { key: 79, list: 'nodeEndpoints', from: 0, to: 2 },
];

/** The body of a response that names these brokers, and whatever else the caller puts in. */
export function addressBody(key: number, list: string, brokers: readonly NamedBroker[], rest: Struct = {}): Struct {
  const idName = key === 60 ? 'brokerId' : 'nodeId';
  const entries = brokers.map(({ id, host, port }) => ({ [idName]: id, host, port }));
  return list === '' ? { ...rest, ...entries[0] } : { ...rest, [list]: entries };
}

/** A response payload that names these brokers. */
export function addressResponse(
  key: number,
  version: number,
  brokers: readonly NamedBroker[],
  rest: Struct = {},
  correlationId = 7,
): Uint8Array {
  const row = addressRows.find((each) => each.key === key && version >= each.from && version <= each.to);
  if (row === undefined) throw new Error(`no address in ${key} v${version}`);
  const body = addressBody(key, row.list, brokers, rest);
  return encodeResponse({ apiKey: key, apiVersion: version, correlationId, body });
}

/** Every row and version that our tables know. */
export function addressVersions(): { key: number; version: number; list: string }[] {
  const found: { key: number; version: number; list: string }[] = [];
  for (const { key, list, from, to } of addressRows) {
    for (let version = from; version <= to; version += 1) {
      if (planFor(key, 'response', version) !== null) found.push({ key, version, list });
    }
  }
  return found;
}

/** A line of the golden corpus made by Kafka's own classes (golden/FORMAT.md). */
export interface GoldenMessage {
  readonly api: string;
  readonly key: number;
  readonly type: 'request' | 'response';
  readonly version: number;
  readonly variant: string;
  readonly payload: Uint8Array;
}

const goldenFile = new URL('../../../shared/golden/messages-4.4.0.ndjson.gz', import.meta.url);

/** False where the golden corpus is not laid beside the checkout; tests that read it then skip themselves. */
export const goldenIsThere: boolean = existsSync(goldenFile);

/** The golden responses that `wanted` takes. */
export function goldenResponses(wanted: (key: number, version: number) => boolean): GoldenMessage[] {
  const found: GoldenMessage[] = [];
  for (const line of gunzipSync(readFileSync(goldenFile)).toString('utf8').split('\n')) {
    const head = /"key":(\d+),"type":"response","version":(\d+)/.exec(line);
    if (head === null || !wanted(Number(head[1]), Number(head[2]))) continue;
    const hex = /"hex":"([0-9a-f]*)"/.exec(line)?.[1] ?? '';
    found.push({
      api: /"api":"(\w+)"/.exec(line)?.[1] ?? '',
      key: Number(head[1]),
      type: 'response',
      version: Number(head[2]),
      variant: /"variant":"([\w-]+)"/.exec(line)?.[1] ?? '',
      payload: new Uint8Array(Buffer.from(hex, 'hex')),
    });
  }
  return found;
}
