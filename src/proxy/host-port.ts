/** A host (name, IPv4 or IPv6 address without brackets) and a TCP port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** What became of a text: the value, or one sentence that says what is wrong and what to write instead. */
export type Parsed<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'error'; readonly message: string };

/** Host of `--listen PORT`: nobody but this machine reaches the proxy unless asked for. */
export const listenHostDefault = '127.0.0.1';

/** DNS names and IP addresses are shorter (RFC 1035: 253); Kafka itself would carry 32,767 bytes. */
const hostCharactersMax = 255;

const portMax = 65_535;

function failure(message: string): { readonly kind: 'error'; readonly message: string } {
  return { kind: 'error', message };
}

/** Writes `host:port`, an IPv6 host in brackets. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Strips the IPv4-in-IPv6 form (`::ffff:10.0.0.1`) that a dual-stack socket reports, since clients cannot type it. */
export function plainAddress(address: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
}

/** Reads `HOST:PORT` or `[IPV6]:PORT`; `option` (such as `--upstream`) heads the sentence of an error. */
export function parseHostPort(text: string, option: string): Parsed<HostPort> {
  const trimmed = text.trim();
  const scheme = /^([A-Za-z_][A-Za-z0-9_]*):\/\//.exec(trimmed);
  if (scheme !== null) {
    return failure(
      `${option}: write HOST:PORT without "${scheme[0]}", for example ${trimmed.slice(scheme[0].length)}.`,
    );
  }
  if (trimmed.startsWith('[')) return parseBracketed(trimmed, option);
  const colon = trimmed.lastIndexOf(':');
  if (colon < 0)
    return failure(`${option}: "${trimmed}" has no port; write HOST:PORT, for example ${trimmed || 'broker'}:9092.`);
  if (trimmed.indexOf(':') !== colon) {
    return failure(`${option}: "${trimmed}" looks like an IPv6 address; write it in brackets, for example [::1]:9092.`);
  }
  return withPort(trimmed.slice(0, colon), trimmed.slice(colon + 1), trimmed, option);
}

function parseBracketed(text: string, option: string): Parsed<HostPort> {
  const close = text.indexOf(']');
  if (close < 0) return failure(`${option}: "${text}" opens a bracket and never closes it; write [IPV6]:PORT.`);
  const host = text.slice(1, close);
  if (!/^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[^\s\]]+)?$/.test(host)) {
    return failure(`${option}: "${host}" is no IPv6 address; brackets are for IPv6 only.`);
  }
  if (text[close + 1] !== ':') return failure(`${option}: "${text}" has no port; write [${host}]:9092.`);
  return withPort(host, text.slice(close + 2), text, option);
}

function withPort(host: string, portText: string, text: string, option: string): Parsed<HostPort> {
  if (host === '') return failure(`${option}: "${text}" has no host; write HOST:PORT, for example broker${text}.`);
  if (host.length > hostCharactersMax)
    return failure(`${option}: the host has more than ${hostCharactersMax} characters.`);
  if (/[\s/@]/.test(host)) return failure(`${option}: "${host}" is no host name; write HOST:PORT.`);
  const port = parsePort(portText);
  if (port === null || port === 0) {
    return failure(`${option}: "${portText}" is no port; a port is a number from 1 to ${portMax}.`);
  }
  return { kind: 'ok', value: { host, port } };
}

/** Reads a decimal port from 0 to 65535; null when the text is anything else. */
export function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port <= portMax ? port : null;
}

/** Reads `HOST:PORT[,HOST:PORT…]`, drops repetitions and keeps the order. */
export function parseHostPortList(text: string, option: string): Parsed<readonly HostPort[]> {
  const found = new Map<string, HostPort>();
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const parsed = parseHostPort(part, option);
    if (parsed.kind === 'error') return parsed;
    const key = formatHostPort(parsed.value.host.toLowerCase(), parsed.value.port);
    if (!found.has(key)) found.set(key, parsed.value);
  }
  if (found.size === 0) return failure(`${option}: no server is named; write HOST:PORT, for example broker:9092.`);
  return { kind: 'ok', value: [...found.values()] };
}

/** Reads `[HOST:]PORT` of `--listen`; port 0 asks for a free one. */
export function parseListen(text: string, option = '--listen'): Parsed<HostPort> {
  const trimmed = text.trim();
  const bare = parsePort(trimmed);
  if (bare !== null) return { kind: 'ok', value: { host: listenHostDefault, port: bare } };
  if (/^\d+$/.test(trimmed))
    return failure(`${option}: "${trimmed}" is no port; a port is a number from 0 to ${portMax}.`);
  if (trimmed.endsWith(':0')) {
    const parsed = parseHostPort(`${trimmed.slice(0, -1)}1`, option);
    return parsed.kind === 'error' ? parsed : { kind: 'ok', value: { host: parsed.value.host, port: 0 } };
  }
  return parseHostPort(trimmed, option);
}

/** Reads `ID=PORT` of `--broker-port`: the node id and its pinned port. */
export function parseBrokerPort(text: string, option = '--broker-port'): Parsed<{ nodeId: number; port: number }> {
  const match = /^\s*(\d{1,10})\s*=\s*(\d{1,5})\s*$/.exec(text);
  const nodeId = Number(match?.[1] ?? Number.NaN);
  const port = parsePort(match?.[2] ?? '');
  if (match === null || nodeId > 0x7fffffff || port === null || port === 0) {
    return failure(`${option}: "${text.trim()}" is not ID=PORT; write for example 1=19101.`);
  }
  return { kind: 'ok', value: { nodeId, port } };
}
