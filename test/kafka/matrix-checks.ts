import type { Bench } from './bench.ts';
import type { Cell, CellResult } from './cells.ts';
import type { ExchangeLine, OutputLines } from './exchange-lines.ts';
import type { MatrixColumn, ProxySetup } from './matrix-columns.ts';
import type { ProxyProcess } from './proxy-process.ts';
import type { Reporter } from './reporter.ts';
import { readRequestLog } from './request-log.ts';
import { contentSha256 } from './scenario.ts';
import { checkAgainstBrokerLogs, checkSummary } from './traffic-checks.ts';

/** One cell that was tried: what its driver said, or why it said nothing. */
export interface CellSeen {
  readonly cell: Cell;
  readonly result: CellResult | null;
  readonly failure: string | null;
}

/** One proxy of the matrix. */
export interface MatrixProxy {
  readonly setup: ProxySetup;
  readonly proxy: ProxyProcess;
  exitCode: number | null;
}

const beforeLogin: readonly (string | null)[] = ['ApiVersions', 'SaslHandshake', 'SaslAuthenticate'];
/** What happens in a run in which nothing goes wrong. */
export const quietEvents: ReadonlySet<string> = new Set([
  'listener-opened',
  'recording-started',
  'upstream-reached',
  'connection-opened',
  'connection-closed',
  'connection-audit',
  'broker-tls',
  'upstream-authenticated',
  'addresses-rewritten',
  'versions-capped',
  'api-versions-too-new',
  'incomplete-frame',
]);

function contentFault(seen: CellSeen): string | null {
  const { cell, result, failure } = seen;
  if (result === null) {
    return `its driver did not get to it: ${failure ?? 'it printed nothing of it'}`;
  }
  if (result.error !== null) {
    return result.error;
  }
  const whole = result.written === cell.records.length && result.read === cell.records.length;
  const same = result.contentSha256 === contentSha256(cell.records);
  return whole && same ? null : `${result.written} written, ${result.read} read, content ${same ? 'equal' : 'differs'}`;
}

/** What of the proxy's lines of one cell is not as the column wants it; null when all is. */
function linesFault(column: MatrixColumn, cell: Cell, lines: OutputLines): string | null {
  const { tls, mechanism, principal } = column.expected;
  const exchanges = lines.exchanges.filter((exchange) => exchange.client.id === cell.clientId);
  const seen = new Set(exchanges.map((exchange) => exchange.api.name));
  const wanted = ['ApiVersions', 'Metadata', 'Produce', 'Fetch', ...(mechanism === null ? [] : ['SaslAuthenticate'])];
  const absent = wanted.filter((api) => !seen.has(api));
  if (absent.length > 0) {
    return `no ${absent.join(', ')} among its ${exchanges.length} lines`;
  }
  const produced = exchanges
    .filter((exchange) => exchange.api.name === 'Produce' && exchange.errors.length === 0)
    .reduce((sum, exchange) => sum + (exchange.records?.count ?? 0), 0);
  if (produced !== cell.records.length) {
    return `${produced} of ${cell.records.length} records in its Produce lines`;
  }
  for (const exchange of exchanges) {
    const fault = lineFault(exchange, tls, mechanism, principal);
    if (fault !== null) {
      return `line ${exchange.seq}, ${exchange.api.name} v${exchange.api.version}: ${fault}`;
    }
  }
  return null;
}

function lineFault(
  exchange: ExchangeLine,
  tls: boolean,
  mechanism: string | null,
  principal: string | null,
): string | null {
  const { connection } = exchange;
  const opaque = exchange.request?.opaque ?? exchange.response?.opaque ?? null;
  if (opaque !== null) {
    return `opaque, ${opaque.reason}: ${opaque.detail}`;
  }
  if (exchange.status !== 'answered' && exchange.status !== 'abandoned') {
    return exchange.status;
  }
  if ((connection.tls !== null) !== tls) {
    return `connection.tls is ${JSON.stringify(connection.tls)}`;
  }
  if (beforeLogin.includes(exchange.api.name)) {
    return null;
  }
  if ((connection.sasl?.mechanism ?? null) !== mechanism || connection.principal !== principal) {
    return `connection.sasl is ${JSON.stringify(connection.sasl)}, principal ${JSON.stringify(connection.principal)}`;
  }
  return null;
}

/** Three checks of one cell; true when all hold. */
export function checkCell(
  bench: Bench,
  client: string,
  column: MatrixColumn,
  proxied: CellSeen,
  direct: CellSeen | null,
  lines: OutputLines,
  part: string,
): boolean {
  const name = `${part}: ${client} over ${column.name}`;
  const directFault = direct === null ? 'it was not tried' : contentFault(direct);
  const content = contentFault(proxied);
  const faultOfLines = content === null ? linesFault(column, proxied.cell, lines) : 'not looked at';
  bench.reporter.count(`${name}, without the proxy: reads what it wrote`, directFault === null, directFault ?? '');
  bench.reporter.count(`${name}: reads what it wrote, as without the proxy`, content === null, content ?? '');
  bench.reporter.count(`${name}: the proxy's lines say who and how`, faultOfLines === null, faultOfLines ?? '');
  return directFault === null && content === null && faultOfLines === null;
}

/** What one proxy said in the whole matrix, beside what the brokers say of its clients. */
export function checkMatrixProxy(
  bench: Bench,
  each: MatrixProxy,
  columns: readonly MatrixColumn[],
  part: string,
): void {
  const { reporter, cluster } = bench;
  const { setup, proxy, exitCode } = each;
  const name = `${part}: the proxy ${setup.name}`;
  const { lines, stderr } = proxy;
  const indexes = columns.flatMap((column, index) => (column.setup.name === setup.name ? [index] : []));
  const isOurs = (clientId: string | null): boolean =>
    indexes.some((index) => clientId?.startsWith('ks-cell-') === true && clientId.endsWith(`-${index}-proxied`));
  const { requests, unreadable } = readRequestLog(cluster.requestLines([setup.listener]));
  reporter.check(`${name}: the brokers' logs can be read`, unreadable === 0, `${unreadable} unreadable lines`);
  checkAgainstBrokerLogs(reporter, name, setup.listener, isOurs, lines, requests);
  const wanted = new Set(indexes.map((index) => columns[index]?.expected.brokerPrincipal));
  const principals = new Set(requests.filter((entry) => isOurs(entry.clientId)).map((entry) => entry.principal));
  reporter.check(
    `${name}: the brokers take its clients for ${[...wanted].join(', ')}`,
    principals.size === wanted.size && [...wanted].every((principal) => principals.has(principal ?? '')),
    [...principals].join(', '),
  );
  const secretInStderr = lines.holdsSecret(stderr);
  reporter.check(
    `${name}: no line holds a secret`,
    lines.leaks.length === 0 && !secretInStderr,
    lines.leaks[0] ?? (secretInStderr ? 'stderr holds one' : `${lines.exchanges.length} exchanges`),
  );
  const loud = lines.events.filter((event) => !quietEvents.has(event.kind));
  reporter.check(
    `${name}: its events tell of no trouble`,
    loud.length === 0,
    loud.length === 0
      ? `${lines.events.length} events`
      : loud
          .slice(0, 3)
          .map((event) => `${event.kind} ${JSON.stringify(event.detail)}`)
          .join('; '),
  );
  checkSummary(reporter, name, lines);
  reporter.check(`${name}: SIGTERM ends it with 143`, exitCode === 143, `exit code ${exitCode}`);
}

/** The matrix as a table: a row for each column of the matrix, since those are many and clients are few. */
export function printMatrix(
  reporter: Reporter,
  columns: readonly MatrixColumn[],
  seen: ReadonlyMap<string, ReadonlyMap<string, CellSeen>>,
  failed: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  const clients = [...seen.keys()].sort();
  const widths = clients.map((client) => Math.max(client.length, 8) + 2);
  const row = (name: string, values: readonly string[]): string =>
    `${name.padEnd(24)}${values.map((value, index) => value.padEnd(widths[index] ?? 0)).join('')}`.trimEnd();
  reporter.note(row('seconds of each cell', clients));
  for (const column of columns) {
    const values = clients.map((client) => {
      const cell = seen.get(client)?.get(column.name);
      const bad = failed.get(client)?.has(column.name) || cell === undefined || contentFault(cell) !== null;
      return bad ? 'FAIL' : `ok ${((cell.result?.tookMs ?? 0) / 1000).toFixed(1)}`;
    });
    reporter.note(row(column.name, values));
  }
}
