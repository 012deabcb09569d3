import type { SeededRandom } from './seeded-random.ts';

const states = ['placed', 'paid', 'packed', 'shipped', 'returned'] as const;
const pages = ['/', '/cart', '/checkout', '/item', '/search'] as const;

/** A record of the demo, with its key. */
export interface DemoRecord {
  readonly timestamp: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly [string, Uint8Array | null][];
}

/** Orders with a customer as key; now and then a tombstone. */
export function orderRecord(random: SeededRandom, nowMs: number): DemoRecord {
  const customer = `customer-${random.between(1, 500)}`;
  const order = {
    order: random.between(100_000, 999_999),
    customer,
    state: random.pick(states),
    items: Array.from({ length: random.between(1, 6) }, () => ({
      sku: `SKU-${random.between(1000, 9999)}`,
      quantity: random.between(1, 5),
      cents: random.between(99, 19_999),
    })),
  };
  return {
    timestamp: BigInt(nowMs),
    key: Buffer.from(customer),
    value: random.next() < 0.01 ? null : Buffer.from(JSON.stringify(order)),
    headers: [['trace-id', Buffer.from(random.between(0, 0x7fffffff).toString(16))]],
  };
}

/** Clicks: no key, small, very alike, so that compression shows. */
export function clickRecord(random: SeededRandom, nowMs: number): DemoRecord {
  const click = {
    session: random.between(1, 2_000),
    page: random.pick(pages),
    agent: 'Mozilla/5.0 (X11; Linux x86_64)',
    tookMs: random.between(5, 900),
  };
  return { timestamp: BigInt(nowMs), key: null, value: Buffer.from(JSON.stringify(click)), headers: [] };
}

/** Audit lines: one short text each. */
export function auditRecord(random: SeededRandom, nowMs: number): DemoRecord {
  const line = `user=${random.between(1, 40)} action=${random.pick(['login', 'view', 'export'])} ok=true`;
  return { timestamp: BigInt(nowMs), key: null, value: Buffer.from(line), headers: [] };
}
