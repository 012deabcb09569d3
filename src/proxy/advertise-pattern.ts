import net from 'node:net';
import { brokerEndpoint } from '../protocol/locate-addresses.ts';
import type { Parsed } from './host-port.ts';

/** What stands for the node id in `--advertise-pattern`. */
const placeholder = '{nodeId}';

/** Controllers may have the ids of brokers (combined mode), so that their names differ by this (PROTOCOL §3.5). */
export const controllerNamePrefix = 'controller-';

/** Largest node id: an int32. */
const nodeIdMax = 0x7fffffff;

/** Limits of DNS (RFC 1035). */
const labelCharactersMax = 63;
const nameCharactersMax = 253;

/** A broker or controller, as a name of the pattern means it. */
export interface NamedNode {
  readonly endpointType: number;
  readonly nodeId: number;
}

/**
 * The names under which clients reach the nodes of a cluster through one TLS port, `b{nodeId}.kafka.local`. Node 3
 * is b3.kafka.local, and controller 3 is controller-b3.kafka.local: one wildcard certificate holds both.
 */
export class AdvertisePattern {
  readonly text: string;
  readonly #prefix: string;
  readonly #suffix: string;

  /** `text` is one that `parseAdvertisePattern` accepts. */
  constructor(text: string) {
    this.text = text;
    const at = text.indexOf(placeholder);
    this.#prefix = text.slice(0, at).toLowerCase();
    this.#suffix = text.slice(at + placeholder.length).toLowerCase();
  }

  /** The name of a node, in lower case. */
  hostOf(endpointType: number, nodeId: number): string {
    const controller = endpointType === brokerEndpoint ? '' : controllerNamePrefix;
    return `${controller}${this.#prefix}${nodeId}${this.#suffix}`;
  }

  /** The node that a server name means, whatever its case; null when it does not fit the pattern. */
  nodeOf(name: string): NamedNode | null {
    const lower = name.toLowerCase();
    const plain = lower.endsWith('.') ? lower.slice(0, -1) : lower;
    return (
      this.#nodeIn(plain, '', brokerEndpoint) ?? this.#nodeIn(plain, controllerNamePrefix, brokerEndpoint + 1) ?? null
    );
  }

  #nodeIn(name: string, controller: string, endpointType: number): NamedNode | null {
    const prefix = controller + this.#prefix;
    if (!name.startsWith(prefix) || !name.endsWith(this.#suffix)) return null;
    const id = name.slice(prefix.length, name.length - this.#suffix.length);
    if (!/^(?:0|[1-9]\d{0,9})$/.test(id) || Number(id) > nodeIdMax) return null;
    return { endpointType, nodeId: Number(id) };
  }
}

/** Reads `--advertise-pattern`: the text as it may be given to `AdvertisePattern`, or what is wrong with it. */
export function parseAdvertisePattern(text: string, option = '--advertise-pattern'): Parsed<string> {
  const trimmed = text.trim();
  const message = problemOf(trimmed);
  return message === null
    ? { kind: 'ok', value: trimmed }
    : { kind: 'error', message: `${option}: "${trimmed}" ${message}` };
}

function problemOf(text: string): string | null {
  const parts = text.split(placeholder);
  if (parts.length === 1) return `does not say where the node id goes; write for example b${placeholder}.kafka.local.`;
  if (parts.length > 2)
    return `has ${placeholder} more than once; write it once, for example b${placeholder}.kafka.local.`;
  const port = /:\d*$/.exec(text);
  if (port !== null) return `has a port; the port is the listener's own, so write ${text.slice(0, port.index)}.`;
  const name = parts.join(String(nodeIdMax));
  const foreign = /[^A-Za-z0-9.-]/.exec(name);
  if (foreign !== null) {
    return `has the character "${foreign[0]}"; a host name is made of letters, digits, hyphens and dots.`;
  }
  if (!name.includes('.')) {
    return `has no domain, and Java clients send no server name without a dot; write for example b${placeholder}.kafka.local.`;
  }
  if (net.isIP(parts.join('1')) !== 0) {
    return `makes IP addresses, for which clients send no server name; write for example b${placeholder}.kafka.local.`;
  }
  if (controllerNamePrefix.length + name.length > nameCharactersMax) {
    return `makes names longer than the ${nameCharactersMax} characters of DNS; shorten it.`;
  }
  return labelProblem(name);
}

function labelProblem(name: string): string | null {
  for (const [index, label] of name.split('.').entries()) {
    if (label === '') return 'has an empty label (two dots, or one at an end); remove a dot.';
    if (label.startsWith('-') || label.endsWith('-')) {
      return `has the label "${label}", which begins or ends with a hyphen; remove the hyphen.`;
    }
    const characters = label.length + (index === 0 ? controllerNamePrefix.length : 0);
    if (characters > labelCharactersMax) {
      return `makes a label longer than the ${labelCharactersMax} characters of DNS (node ids have up to 10, "${controllerNamePrefix}" has ${controllerNamePrefix.length}); shorten it.`;
    }
  }
  return null;
}
