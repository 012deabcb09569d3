/** One finished request as a broker logged it: Kafka's own decoding of the same bytes the proxy saw. */
export interface BrokerRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** The broker's end of the connection, `ip:port`. */
  readonly broker: string;
  /** What the client called itself in ApiVersions; null where it did not. */
  readonly software: string | null;
  /** Who the broker took the client for, as `User:name`. */
  readonly principal: string;
  readonly request: unknown;
  readonly response: unknown;
}

/** Fields that were renamed after the broker's release: api key → its name → the newest name, which the proxy prints. */
const renamedSince: ReadonlyMap<number, Readonly<Record<string, string>>> = new Map([
  [28, { generationId: 'generationIdOrMemberEpoch' }],
]);

function withNewestNames(apiKey: number, body: unknown): unknown {
  const renamed = renamedSince.get(apiKey);
  if (renamed === undefined || !isObject(body)) {
    return body;
  }
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [renamed[name] ?? name, value]));
}

const prefix = 'Completed request:';

/** Reads the lines of `kafka.request.logger`; a line that is none of its own (a rolled or cut one) is counted. */
export function readRequestLog(lines: readonly string[]): {
  readonly requests: BrokerRequest[];
  readonly unreadable: number;
} {
  const requests: BrokerRequest[] = [];
  let unreadable = 0;
  for (const line of lines) {
    try {
      const entry = JSON.parse(line.slice(line.indexOf(prefix) + prefix.length)) as LoggedEntry;
      const header = entry.requestHeader;
      requests.push({
        apiKey: header.requestApiKey,
        apiVersion: header.requestApiVersion,
        correlationId: header.correlationId,
        clientId: header.clientId ?? null,
        broker: entry.connection.split('-')[0] ?? '',
        software: entry.clientInformation.softwareName === 'unknown' ? null : entry.clientInformation.softwareName,
        principal: entry.principal,
        request: withNewestNames(header.requestApiKey, entry.request),
        response: entry.response,
      });
    } catch {
      unreadable += 1;
    }
  }
  return { requests, unreadable };
}

interface LoggedEntry {
  readonly requestHeader: {
    readonly requestApiKey: number;
    readonly requestApiVersion: number;
    readonly correlationId: number;
    readonly clientId?: string | null;
  };
  readonly request: unknown;
  readonly response: unknown;
  /** `local-remote-index-…`; addresses are IPv4 here, so the first dash ends the local one. */
  readonly connection: string;
  readonly principal: string;
  readonly clientInformation: { readonly softwareName: string };
}

/** What must be the same on both sides for two entries to be the same request. */
export function requestIdentity(entry: {
  readonly clientId: string | null;
  readonly apiKey: number | null;
  readonly apiVersion: number | null;
  readonly correlationId: number | null;
}): string {
  return `${entry.clientId} ${entry.apiKey}v${entry.apiVersion} #${entry.correlationId}`;
}

/** Paths at which two JSON values differ, at most `limit`. Ports beside a host are the proxy's to rewrite: left out. */
export function differences(left: unknown, right: unknown, limit: number): string[] {
  const found: string[] = [];
  compareValues(left, right, '', found, limit);
  return found;
}

function compareValues(left: unknown, right: unknown, path: string, found: string[], limit: number): void {
  if (found.length >= limit || Object.is(left, right)) {
    return;
  }
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    for (let index = 0; index < left.length; index += 1) {
      compareValues(left[index], right[index], `${path}/${index}`, found, limit);
    }
    return;
  }
  if (isObject(left) && isObject(right)) {
    const rewritable = 'host' in left && 'port' in left;
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      if (!(rewritable && (name === 'port' || name === 'host'))) {
        compareValues(left[name], right[name], `${path}/${name}`, found, limit);
      }
    }
    return;
  }
  found.push(`${path}: ${JSON.stringify(left)?.slice(0, 80)} is not ${JSON.stringify(right)?.slice(0, 80)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
