import {
  type AddressSite,
  addressLayout,
  type LocatedAddresses,
  locateAddresses,
} from '../protocol/locate-addresses.ts';
import { int32FieldBytes, type Replacement, spliceFrame, stringFieldBytes } from '../protocol/splice.ts';
import { apiVersionsKey } from './cap-versions.ts';

/** A broker as a response names it. `endpointType` tells brokers (1) from controllers (2) of the same id. */
export interface BrokerAddress {
  readonly endpointType: number;
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** Where clients shall reach a broker; null: leave its address alone; undefined: a listener must be opened first. */
export type AdvertisedAddress = { readonly host: string; readonly port: number } | null | undefined;

/** Knows the way to each broker through the proxy. Asking also tells it the broker's newest own address. */
export interface AddressBook {
  advertised(broker: BrokerAddress): AdvertisedAddress;
}

/**
 * What tag 0 (NodeEndpoints) becomes in a streamed response: a one-byte tag number no schema uses. Clients skip tags
 * they do not know and go on with the addresses of the rewritten Metadata. The size of the frame stays.
 */
export const hiddenTag = 0x78;

/** What to do with the addresses of a response. */
export type AddressPolicy =
  /** No address in it. */
  | 'none'
  /** Hold the frame until it is whole, then splice. */
  | 'hold'
  /** Hold small frames; of a large one only the tag that stands last is hidden while it streams by. */
  | 'hold-or-hide'
  /** ApiVersions: hold, and cap what is offered of the APIs that name brokers (`capVersions`). */
  | 'cap'
  /** It would carry addresses, but in a layout we do not know. */
  | 'unknown-version';

/** Keys and versions whose policy is remembered; there are 95 keys and no version above 18 so far. */
const policyKeysMax = 128;
const policyVersionsMax = 64;

/** Asked three times for every request: an index is a fifth of the price of two map look-ups. */
const policies: (AddressPolicy | undefined)[] = new Array(policyKeysMax * policyVersionsMax).fill(undefined);

/** Says how the addresses in a response of this API and version are kept up with. */
export function addressPolicy(apiKey: number, apiVersion: number): AddressPolicy {
  const small = apiKey >= 0 && apiKey < policyKeysMax && apiVersion >= 0 && apiVersion < policyVersionsMax;
  if (!small) return findPolicy(apiKey, apiVersion);
  const slot = apiKey * policyVersionsMax + apiVersion;
  const known = policies[slot];
  if (known !== undefined) return known;
  const found = findPolicy(apiKey, apiVersion);
  policies[slot] = found;
  return found;
}

function findPolicy(apiKey: number, apiVersion: number): AddressPolicy {
  if (apiKey === apiVersionsKey) return 'cap';
  const layout = addressLayout(apiKey, apiVersion);
  if (layout.kind !== 'listed') return layout.kind;
  return layout.tag >= 0 ? 'hold-or-hide' : 'hold';
}

/** What became of one response. */
export type RewriteOutcome =
  /** Forward the original bytes. */
  | { readonly kind: 'unchanged' }
  /** Forward this frame (size prefix included) instead; `addresses` were replaced. */
  | { readonly kind: 'rewritten'; readonly frame: Uint8Array; readonly addresses: number }
  /** Open listeners for these brokers, then ask again. */
  | { readonly kind: 'missing'; readonly brokers: readonly BrokerAddress[] }
  /** Malformed: forward the original bytes, loudly. */
  | { readonly kind: 'unreadable'; readonly offset: number; readonly detail: string };

const unchanged: RewriteOutcome = { kind: 'unchanged' };

/** "No broker" (FindCoordinator on error: id −1, empty host, port −1) is no address. */
function namesABroker(site: AddressSite): boolean {
  return site.nodeId >= 0 && site.host !== '' && site.port > 0 && site.port <= 65_535;
}

/**
 * Puts the proxy's addresses in the place of the brokers' in one whole response payload (without size prefix). Only
 * hosts, ports and the lengths that enclose them change; node ids never do (KIP-1242 and KIP-951 depend on them).
 * `allocate` gives memory for the new frame.
 */
export function rewriteAddresses(
  payload: Uint8Array,
  apiKey: number,
  apiVersion: number,
  book: AddressBook,
  allocate?: (bytes: number) => Uint8Array,
): RewriteOutcome {
  const located = locateAddresses(payload, apiKey, apiVersion);
  if (located.kind === 'unreadable') return located;
  if (located.sites.length === 0) return unchanged;
  const replacements: Replacement[] = [];
  const missing: BrokerAddress[] = [];
  let addresses = 0;
  for (const site of located.sites) {
    if (!namesABroker(site)) continue;
    const broker = toBroker(located, site);
    const advertised = book.advertised(broker);
    if (advertised === undefined) missing.push(broker);
    else if (advertised !== null) addresses += replaceSite(site, advertised, replacements);
  }
  if (missing.length > 0) return { kind: 'missing', brokers: missing };
  if (replacements.length === 0) return unchanged;
  return { kind: 'rewritten', frame: spliceFrame(payload, replacements, located.sized, allocate), addresses };
}

/** The brokers a response names, for who only wants to learn them; empty when it cannot be read. */
export function brokersNamed(payload: Uint8Array, apiKey: number, apiVersion: number): readonly BrokerAddress[] {
  const located = locateAddresses(payload, apiKey, apiVersion);
  if (located.kind === 'unreadable') return [];
  return located.sites.filter(namesABroker).map((site) => toBroker(located, site));
}

function toBroker(located: LocatedAddresses & { kind: 'located' }, site: AddressSite): BrokerAddress {
  return { endpointType: located.endpointType, nodeId: site.nodeId, host: site.host, port: site.port };
}

/** Adds what must change of one address; 1 when something does, else 0. */
function replaceSite(
  site: AddressSite,
  advertised: { readonly host: string; readonly port: number },
  replacements: Replacement[],
): number {
  const before = replacements.length;
  if (site.host !== advertised.host) {
    const bytes = stringFieldBytes(advertised.host, site.compact);
    replacements.push({ start: site.hostStart, end: site.hostEnd, bytes });
  }
  if (site.port !== advertised.port) {
    replacements.push({ start: site.portStart, end: site.portStart + 4, bytes: int32FieldBytes(advertised.port) });
  }
  return replacements.length > before ? 1 : 0;
}
