import { textAt } from '../wire/reader.ts';
import { FieldKind, fixedBytes } from './field-kind.ts';
import { type FieldPlan, nestingMax, planFor, type StructPlan } from './plan.ts';
import type { SizedRange } from './splice.ts';

/** One broker address in a response: what it says, and where. Offsets are in the payload, ends exclusive. */
export interface AddressSite {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  /** The host field with its length in front. */
  readonly hostStart: number;
  readonly hostEnd: number;
  /** The length is a uvarint (flexible versions), not an int16. */
  readonly compact: boolean;
  /** The int32 port. */
  readonly portStart: number;
}

/** DescribeCluster's EndpointType (KIP-919): the same node id may stand for a broker and a controller. */
export const brokerEndpoint = 1;

/** The addresses of a response, or where and why reading it failed. */
export type LocatedAddresses =
  | {
      readonly kind: 'located';
      readonly endpointType: number;
      readonly sites: readonly AddressSite[];
      /** The tagged fields around the sites, whose sizes change with them. */
      readonly sized: readonly SizedRange[];
    }
  | { readonly kind: 'unreadable'; readonly offset: number; readonly detail: string };

/** Where a response of one API and version carries addresses. */
export type AddressLayout =
  | { readonly kind: 'none' }
  /** The API names brokers, but this version's layout is not known. */
  | { readonly kind: 'unknown-version' }
  | {
      readonly kind: 'listed';
      readonly header: StructPlan;
      readonly body: StructPlan;
      /** The array of addresses; null when the body itself is one (FindCoordinator v0–3). */
      readonly list: FieldPlan | null;
      /** Tag of the list when it is a tagged field, that is when it stands behind everything else; else -1. */
      readonly tag: number;
    };

/** Addresses read from one response; a cluster has far fewer brokers. */
export const addressesPerResponseMax = 10_000;

/** The eight rows of PROTOCOL §3.1 by API key, with the name of their list (FindCoordinator v0–3 has none). */
const listNames: ReadonlyMap<number, string> = new Map([
  [0, 'nodeEndpoints'],
  [1, 'nodeEndpoints'],
  [3, 'brokers'],
  [10, 'coordinators'],
  [60, 'brokers'],
  [78, 'nodeEndpoints'],
  [79, 'nodeEndpoints'],
]);

const none: AddressLayout = { kind: 'none' };
const unknownVersion: AddressLayout = { kind: 'unknown-version' };
const layouts = new Map<number, AddressLayout>();

/** Layouts remembered; hostile versions must not grow the table for ever. */
const layoutsMax = 512;

/** Says where a response carries broker addresses. Cheap: one look-up after the first time. */
export function addressLayout(apiKey: number, apiVersion: number): AddressLayout {
  const listName = listNames.get(apiKey);
  if (listName === undefined) return none;
  const key = (apiKey << 16) | (apiVersion & 0xffff);
  const known = layouts.get(key);
  if (known !== undefined) return known;
  const layout = findLayout(apiKey, apiVersion, listName);
  if (layouts.size < layoutsMax) layouts.set(key, layout);
  return layout;
}

function findLayout(apiKey: number, apiVersion: number, listName: string): AddressLayout {
  const plan = planFor(apiKey, 'response', apiVersion);
  if (plan === null) return unknownVersion;
  const { header, body } = plan;
  const list = body.fields.find((field) => field.name === listName) ?? null;
  if (list !== null) return { kind: 'listed', header, body, list, tag: -1 };
  const tagged = body.tagged.find((field) => field.name === listName) ?? null;
  if (tagged !== null) return { kind: 'listed', header, body, list: tagged, tag: tagged.tag };
  if (body.fields.some((field) => field.name === 'host')) return { kind: 'listed', header, body, list: null, tag: -1 };
  return none;
}

/** Finds every broker address in a response payload (without the size prefix). Never throws, whatever the bytes. */
export function locateAddresses(payload: Uint8Array, apiKey: number, apiVersion: number): LocatedAddresses {
  const layout = addressLayout(apiKey, apiVersion);
  if (layout.kind === 'none') return { kind: 'located', endpointType: brokerEndpoint, sites: [], sized: [] };
  if (layout.kind === 'unknown-version') {
    return { kind: 'unreadable', offset: 0, detail: `the layout of version ${apiVersion} is not known` };
  }
  const walk = new AddressWalk(payload, layout.list);
  walk.skipStruct(layout.header, 0);
  walk.readBody(layout.body, layout.list === null);
  if (walk.failure !== '') return { kind: 'unreadable', offset: walk.at, detail: walk.failure };
  return { kind: 'located', endpointType: walk.endpointType, sites: walk.sites, sized: walk.sized };
}

/** A cursor over one payload that skips what it is not asked for. After a failure it stands still. */
class AddressWalk {
  readonly sites: AddressSite[] = [];
  readonly sized: SizedRange[] = [];
  endpointType = brokerEndpoint;
  at = 0;
  /** Why reading stopped; empty while all is well. */
  failure = '';
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #list: FieldPlan | null;

  constructor(bytes: Uint8Array, list: FieldPlan | null) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#list = list;
  }

  readBody(body: StructPlan, isAddress: boolean): void {
    if (isAddress) this.#readAddress(body);
    else for (const field of body.fields) this.#readTopField(field);
    if (!body.flexible) return;
    for (let left = this.#uvarint(); left > 0 && this.failure === ''; left -= 1) this.#readTopTag();
  }

  #readTopField(field: FieldPlan): void {
    if (field === this.#list) this.#readList(field);
    else if (field.name === 'endpointType' && field.kind === FieldKind.Int8) this.endpointType = this.#int(1);
    else this.skipField(field, 0);
  }

  #readTopTag(): void {
    const tag = this.#uvarint();
    const sizeStart = this.at;
    const size = this.#uvarint();
    const sizeEnd = this.at;
    const contentEnd = sizeEnd + size;
    if (contentEnd > this.#end) {
      this.#fail('a tagged field is longer than the response');
      return;
    }
    const list = this.#list;
    if (this.failure !== '' || list === null || list.tag !== tag) {
      this.at = contentEnd;
      return;
    }
    const before = this.sites.length;
    this.#readList(list);
    if (this.failure === '' && this.at !== contentEnd) this.#fail('the tagged list of addresses has another size');
    if (this.sites.length > before) this.sized.push({ sizeStart, sizeEnd, contentEnd });
  }

  #readList(list: FieldPlan): void {
    const struct = list.element?.struct ?? null;
    const count = this.#count(list.compact);
    if (struct === null) {
      this.#fail('the list of addresses has no layout');
      return;
    }
    if (count > addressesPerResponseMax) {
      this.#fail(`more than ${addressesPerResponseMax} addresses`);
      return;
    }
    for (let left = count; left > 0 && this.failure === ''; left -= 1) {
      this.#readAddress(struct);
      if (struct.flexible) this.#skipTags();
    }
  }

  /** Reads a struct's untagged fields, among them id, host and port. */
  #readAddress(struct: StructPlan): void {
    let nodeId = -1;
    let port = -1;
    let portStart = -1;
    let hostStart = -1;
    let hostEnd = -1;
    let compact = false;
    for (const field of struct.fields) {
      if (field.name === 'nodeId' || field.name === 'brokerId') {
        nodeId = this.#int(4);
      } else if (field.name === 'port') {
        portStart = this.at;
        port = this.#int(4);
      } else if (field.name === 'host') {
        hostStart = this.at;
        compact = field.compact;
        this.skipField(field, 0);
        hostEnd = this.at;
      } else {
        this.skipField(field, 0);
      }
      if (this.failure !== '') return;
    }
    if (hostStart < 0 || portStart < 0) return;
    const host = this.#hostText(hostStart, hostEnd, compact);
    this.sites.push({ nodeId, host, port, hostStart, hostEnd, compact, portStart });
  }

  #hostText(start: number, end: number, compact: boolean): string {
    let from = start;
    if (compact) {
      while (from < end && (this.#bytes[from] ?? 0) >= 0x80) from += 1;
      from += 1;
    } else {
      from += 2;
    }
    return textAt(this.#bytes, from, Math.max(end, from));
  }

  skipStruct(struct: StructPlan, depth: number): void {
    const fields = struct.fields;
    for (let index = 0; index < fields.length && this.failure === ''; index += 1) {
      const field = fields[index];
      if (field !== undefined) this.skipField(field, depth);
    }
    if (struct.flexible && this.failure === '') this.#skipTags();
  }

  skipField(field: FieldPlan, depth: number): void {
    const width = fixedBytes[field.kind] ?? 0;
    if (width > 0) {
      this.#skip(width);
      return;
    }
    switch (field.kind) {
      case FieldKind.String:
        this.#skip(Math.max(field.compact ? this.#uvarint() - 1 : this.#int(2), 0));
        return;
      case FieldKind.Bytes:
      case FieldKind.Records:
        this.#skip(Math.max(field.compact ? this.#uvarint() - 1 : this.#int(4), 0));
        return;
      case FieldKind.Array:
        this.#skipArray(field, depth);
        return;
      default:
        // PROTOCOL §1.10: a nullable struct is headed by an int8 that is negative for null.
        if (field.nullable && this.#int(1) < 0) return;
        if (field.struct !== null) this.skipStruct(field.struct, depth + 1);
    }
  }

  #skipArray(field: FieldPlan, depth: number): void {
    const element = field.element;
    const count = this.#count(field.compact);
    if (element === null || depth > nestingMax) {
      this.#fail('arrays are nested too deep');
      return;
    }
    const width = fixedBytes[element.kind] ?? 0;
    if (width > 0) {
      this.#skip(width * count);
      return;
    }
    for (let left = count; left > 0 && this.failure === ''; left -= 1) this.skipField(element, depth + 1);
  }

  #skipTags(): void {
    for (let left = this.#uvarint(); left > 0 && this.failure === ''; left -= 1) {
      this.#uvarint();
      this.#skip(this.#uvarint());
    }
  }

  /** Number of elements, 0 for null. Each takes a byte or more, so a count beyond the bytes left is a lie. */
  #count(compact: boolean): number {
    const count = Math.max(compact ? this.#uvarint() - 1 : this.#int(4), 0);
    if (count > this.#end - this.at) this.#fail('an array counts more elements than there are bytes');
    return this.failure === '' ? count : 0;
  }

  #skip(bytes: number): void {
    if (this.at + bytes > this.#end) this.#fail('the response ends inside a field');
    else this.at += bytes;
  }

  /** A signed big-endian integer of 1, 2 or 4 bytes. */
  #int(width: number): number {
    if (this.at + width > this.#end) {
      this.#fail('the response ends inside a number');
      return 0;
    }
    let value = 0;
    for (let index = 0; index < width; index += 1) value = (value << 8) | (this.#bytes[this.at + index] ?? 0);
    this.at += width;
    return (value << (32 - 8 * width)) >> (32 - 8 * width);
  }

  #uvarint(): number {
    const first = this.#bytes[this.at];
    if (first !== undefined && first < 0x80) {
      this.at += 1;
      return first;
    }
    let value = 0;
    for (let index = 0; index < 5; index += 1) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) {
        this.#fail('the response ends inside a number');
        return 0;
      }
      this.at += 1;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    this.#fail('a number has more than five bytes');
    return 0;
  }

  #fail(detail: string): void {
    if (this.failure === '') this.failure = detail;
  }
}
