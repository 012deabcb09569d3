import { decodeResponse } from '../protocol/decode.ts';
import type { FieldData, Struct } from '../protocol/message.ts';
import { EngineLimits } from './engine-limits.ts';
import type { OfferedVersions } from './exchange.ts';
import { apisOfferedMax, offersKeptMax } from './limits.ts';

const apiVersionsKey = 18;

/** The API versions a broker offers, as its ApiVersions response said. */
export class BrokerOffer implements OfferedVersions {
  /** Key, lowest and highest version of each API, ascending by key. */
  readonly #triples: Int16Array;

  constructor(triples: Int16Array) {
    this.#triples = triples;
  }

  /** How many APIs are offered. */
  get size(): number {
    return this.#triples.length / 3;
  }

  rangeOf(apiKey: number): { readonly min: number; readonly max: number } | null {
    const triples = this.#triples;
    for (let at = 0; at < triples.length; at += 3) {
      if (triples[at] === apiKey) return { min: triples[at + 1] ?? 0, max: triples[at + 2] ?? 0 };
    }
    return null;
  }
}

/**
 * Reads what brokers offer. A broker says the same to every connection, so the last answer of each is remembered with
 * its bytes: the same bytes need no reading and share one object.
 */
export class OfferReader {
  readonly #lastByBroker = new Map<string, { readonly bytes: Uint8Array; readonly offered: BrokerOffer }>();

  readonly #limits: EngineLimits;

  constructor(limits: EngineLimits = new EngineLimits()) {
    this.#limits = limits;
  }

  /** What an ApiVersions response without error offers; null when it cannot be read. */
  read(broker: string, payload: Uint8Array, apiVersion: number): BrokerOffer | null {
    // The correlation id in front differs from connection to connection, and versions of the API in layout.
    const answer = payload.subarray(4);
    const key = `${broker} ${apiVersion}`;
    const last = this.#lastByBroker.get(key);
    if (last !== undefined && sameBytes(last.bytes, answer)) return last.offered;
    const message = decodeResponse(payload, apiVersionsKey, apiVersion);
    if (message.kind !== 'decoded') return null;
    const offered = this.#offeredBy(message.body);
    if (last === undefined && this.#lastByBroker.size >= offersKeptMax) {
      const oldest = this.#lastByBroker.keys().next().value;
      if (oldest !== undefined) this.#lastByBroker.delete(oldest);
      this.#limits.reach('offersKeptMax');
    }
    this.#lastByBroker.set(key, { bytes: Uint8Array.from(answer), offered });
    return offered;
  }

  #offeredBy(body: Struct): BrokerOffer {
    const apis: FieldData | undefined = body.apiKeys;
    if (!Array.isArray(apis)) return new BrokerOffer(new Int16Array(0));
    if (apis.length > apisOfferedMax) this.#limits.reach('apisOfferedMax');
    const rows: [number, number, number][] = [];
    for (const api of apis.slice(0, apisOfferedMax) as readonly Struct[]) {
      rows.push([Number(api.apiKey), Number(api.minVersion), Number(api.maxVersion)]);
    }
    rows.sort((left, right) => left[0] - right[0]);
    return new BrokerOffer(Int16Array.from(rows.flat()));
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0;
}
