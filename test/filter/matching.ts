import type { Exchange } from '../../src/exchange/exchange.ts';
import { compileFilter, type FilterContext } from '../../src/filter/compile.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { exchangeOf, startUs } from '../metrics/exchange-of.ts';

/** Bodies of the exchange under test; a test says only what it needs. */
export interface Bodies {
  readonly request?: Struct;
  readonly response?: Struct;
}

/** A context whose clock stands one second after the exchange and where number 7 is marked. */
export function contextOf(bodies: Bodies = {}): FilterContext {
  return {
    isMarked: (seq) => seq === 7,
    decodedBody: (_exchange, side) => bodies[side] ?? null,
    nowUs: startUs + 1_000_000,
  };
}

/** Tells whether a filter matches an exchange; a filter that does not compile fails the test. */
export function matches(text: string, exchange: Partial<Exchange> = {}, bodies: Bodies = {}): boolean {
  const compiled = compileFilter(text);
  if (!compiled.ok) throw new Error(`${text}: column ${compiled.column}: ${compiled.message}`);
  return compiled.matches(exchangeOf(exchange), contextOf(bodies));
}

/** Those of the filters that match: what a table of a test compares. */
export function matching(texts: readonly string[], exchange: Partial<Exchange> = {}, bodies: Bodies = {}): string[] {
  return texts.filter((text) => matches(text, exchange, bodies));
}

/** The body of a Produce request with two topics and three partitions. */
export const produceBody: Struct = {
  transactionalId: null,
  acks: -1,
  timeoutMs: 30_000,
  topicData: [
    { name: 'orders.v1', partitionData: [{ index: 3 }, { index: 4 }] },
    { name: 'clicks', partitionData: [{ index: 3 }] },
  ],
};
