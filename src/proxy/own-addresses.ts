import { refusalOf } from './address-guard.ts';
import { isSameAddress } from './broker-routes.ts';
import type { HostPort } from './host-port.ts';

/** Addresses that are this program's own: no broker, whatever it calls itself, can send the proxy there. */
export class OwnAddresses {
  readonly #chosen: readonly HostPort[];
  readonly #listeners: () => readonly HostPort[];
  readonly #others: HostPort[] = [];

  /** `chosen`: upstreams the user wrote, trusted more than what a response named; `listeners`: where ours are now. */
  constructor(chosen: readonly HostPort[], listeners: () => readonly HostPort[]) {
    this.#chosen = chosen;
    this.#listeners = listeners;
  }

  /** Adds one that is no listener for clients, such as that of the metrics. */
  add(address: HostPort): void {
    this.#others.push(address);
  }

  /** Why an address, of a target, must not be connected to; null when it may. */
  readonly refusal = (address: string, port: number, target: HostPort): string | null => {
    const chosenByUser = this.#chosen.some((upstream) => isSameAddress(upstream, target));
    return refusalOf(address, port, [...this.#listeners(), ...this.#others], chosenByUser);
  };
}
