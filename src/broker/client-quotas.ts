import { quotaClientsMax, throttleMsMax } from './limits.ts';

interface Account {
  bytes: number;
  atMs: number;
}

/** Seconds of traffic a client may save up before it is throttled. */
const burstSeconds = 1;

/**
 * Byte-rate quotas per client id, like `producer_byte_rate` and `consumer_byte_rate`. A leaky account says how long
 * the client must stay quiet; since KIP-219 the answer goes out first and the connection is muted afterwards.
 */
export class ClientQuotas {
  readonly #bytesPerSecond = new Map<string, number>();
  readonly #accounts = new Map<string, Account>();

  /** Sets a client id's rate; null removes the quota. */
  set(clientId: string, bytesPerSecond: number | null): void {
    if (bytesPerSecond === null) this.#bytesPerSecond.delete(clientId);
    else if (this.#bytesPerSecond.size < quotaClientsMax) this.#bytesPerSecond.set(clientId, bytesPerSecond);
    this.#accounts.delete(clientId);
  }

  /** Charges `bytes` and returns the throttle time in milliseconds, 0 without a quota or within it. */
  charge(clientId: string | null, bytes: number, nowMs: number): number {
    if (clientId === null) return 0;
    const rate = this.#bytesPerSecond.get(clientId);
    if (rate === undefined) return 0;
    const account = this.#accounts.get(clientId) ?? { bytes: 0, atMs: nowMs };
    account.bytes = Math.max(0, account.bytes - ((nowMs - account.atMs) / 1000) * rate) + bytes;
    account.atMs = nowMs;
    this.#accounts.set(clientId, account);
    const overBytes = account.bytes - rate * burstSeconds;
    return overBytes <= 0 ? 0 : Math.min(throttleMsMax, Math.ceil((overBytes / rate) * 1000));
  }
}
