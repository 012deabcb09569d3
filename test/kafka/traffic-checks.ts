import type { ExchangeLine, OutputLines } from './exchange-lines.ts';
import type { Reporter } from './reporter.ts';
import { type BrokerRequest, differences, requestIdentity } from './request-log.ts';
import type { DriverReport, Scenario } from './scenario.ts';
import { type ListenerName, protocolOf } from './security.ts';

const examplesMax = 4;
const apiVersionsKey = 18;
/** A broker answers these before it knows who asks, and then does not log them: SaslHandshake, SaslAuthenticate. */
const loginKeys: readonly (number | null)[] = [17, 36];
const unsupportedVersion = 35;
const produceName = 'Produce';
const fetchName = 'Fetch';

/** APIs that a client's own work cannot do without, whatever library it is. */
function expectedApis(scenario: Scenario): string[] {
  const apis = ['ApiVersions', 'Metadata', 'FindCoordinator', 'InitProducerId', 'Produce', 'Fetch', 'EndTxn'];
  for (const group of scenario.groups) {
    apis.push(
      // Not Heartbeat: a group that is done within the first interval sends none.
      ...(group.protocol === 'classic' ? ['JoinGroup', 'SyncGroup', 'LeaveGroup'] : ['ConsumerGroupHeartbeat']),
    );
  }
  if (scenario.client !== 'kcat') {
    apis.push('CreateTopics', 'DeleteTopics', 'DescribeConfigs', 'ListGroups', 'DeleteGroups');
  }
  return apis;
}

function isOfClient(exchange: ExchangeLine, scenario: Scenario): boolean {
  return exchange.client.id?.startsWith(`${scenario.clientId}-`) ?? false;
}

function sumRecords(exchanges: readonly ExchangeLine[], api: string): number {
  let sum = 0;
  for (const exchange of exchanges) {
    // A refused Produce is sent again: only what the broker took counts.
    if (exchange.api.name === api && exchange.errors.length === 0) {
      sum += exchange.records?.count ?? 0;
    }
  }
  return sum;
}

/** A request is rightly abandoned when it was among the last of a connection that its client closed. */
function isCutByClose(exchange: ExchangeLine, lastAnswered: ReadonlyMap<number, number>): boolean {
  return exchange.status === 'abandoned' && exchange.seq > (lastAnswered.get(exchange.connection.id) ?? 0);
}

/** What the proxy's lines must say of one client's work. */
export function checkClientTraffic(
  reporter: Reporter,
  scenario: Scenario,
  report: DriverReport,
  lines: OutputLines,
): void {
  const name = `${scenario.client} in the proxy's lines`;
  const exchanges = lines.exchanges.filter((exchange) => isOfClient(exchange, scenario));
  const seen = new Set(exchanges.map((exchange) => exchange.api.name));
  const absent = expectedApis(scenario).filter((api) => !seen.has(api));
  reporter.check(
    `${name}: every API it used is there`,
    absent.length === 0,
    absent.length === 0 ? `${exchanges.length} exchanges, ${seen.size} APIs` : `missing ${absent.join(', ')}`,
  );
  const lastAnswered = new Map<number, number>();
  for (const exchange of exchanges) {
    if (exchange.status === 'answered') {
      const { id } = exchange.connection;
      lastAnswered.set(id, Math.max(lastAnswered.get(id) ?? 0, exchange.seq));
    }
  }
  const astray = exchanges.filter(
    (exchange) =>
      exchange.status !== 'answered' &&
      exchange.status !== 'unanswered-by-design' &&
      !isCutByClose(exchange, lastAnswered),
  );
  const cut = exchanges.filter((exchange) => exchange.status === 'abandoned').length;
  reporter.check(
    `${name}: every exchange is answered, unanswered by design, or cut by the client's own close`,
    astray.length === 0,
    astray.length === 0 ? `${cut} cut by close` : astray.slice(0, examplesMax).map(describe).join('; '),
  );
  const opaque = exchanges.filter((exchange) => exchange.request?.opaque || exchange.response?.opaque);
  reporter.check(
    `${name}: nothing is opaque`,
    opaque.length === 0,
    opaque.slice(0, examplesMax).map(describeOpaque).join('; '),
  );
  if (scenario.unacknowledged) {
    const silent = exchanges.filter((exchange) => exchange.status === 'unanswered-by-design');
    reporter.check(
      `${name}: what it sent with acks=0 is unanswered by design`,
      silent.length > 0 && silent.every((exchange) => exchange.api.name === produceName && exchange.response === null),
      `${silent.length} exchanges`,
    );
  }
  const produced = sumRecords(exchanges, produceName);
  const fetched = sumRecords(exchanges, fetchName);
  const wrote = report.written + report.transaction.written;
  const consumed = report.read * (1 + scenario.groups.length) + report.transaction.committedRead;
  reporter.check(`${name}: records produced are those it wrote`, produced === wrote, `${produced} of ${wrote}`);
  reporter.check(
    `${name}: records fetched are at least those it read`,
    fetched >= consumed,
    `${fetched}, at least ${consumed}`,
  );
}

function describe(exchange: ExchangeLine): string {
  return `#${exchange.seq} ${exchange.api.name} v${exchange.api.version} ${exchange.status}`;
}

function describeOpaque(exchange: ExchangeLine): string {
  const opaque = exchange.request?.opaque ?? exchange.response?.opaque;
  return `${describe(exchange)} ${opaque?.reason}: ${opaque?.detail}`;
}

function identityOfLine(exchange: ExchangeLine): string {
  return requestIdentity({
    clientId: exchange.client.id,
    apiKey: exchange.api.key,
    apiVersion: exchange.api.version,
    correlationId: exchange.correlationId,
  });
}

function groupByIdentity<T>(values: readonly T[], identity: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = identity(value);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [value]);
    } else {
      group.push(value);
    }
  }
  return groups;
}

/**
 * The brokers logged each request they finished, with Kafka's own decoding of its body. Every one of them must be an
 * exchange line, every answered line must be one of them, and the bodies must be equal: nothing went past the proxy,
 * nothing was made up, nothing was decoded wrongly.
 */
export function checkAgainstBrokerLogs(
  reporter: Reporter,
  name: string,
  listener: ListenerName,
  isOurs: (clientId: string | null) => boolean,
  lines: OutputLines,
  logged: readonly BrokerRequest[],
): void {
  const fromBrokers = groupByIdentity(
    logged.filter((entry) => isOurs(entry.clientId)),
    requestIdentity,
  );
  const fromProxy = groupByIdentity(
    lines.exchanges.filter((exchange) => isOurs(exchange.client.id)),
    identityOfLine,
  );
  const unseen: string[] = [];
  const invented: string[] = [];
  const wrong: string[] = [];
  let requests = 0;
  let bodies = 0;
  for (const [identity, entries] of fromBrokers) {
    const exchanges = fromProxy.get(identity) ?? [];
    requests += entries.length;
    if (exchanges.length < entries.length) {
      unseen.push(identity);
    }
  }
  for (const [identity, exchanges] of fromProxy) {
    const entries = fromBrokers.get(identity) ?? [];
    const answered = exchanges.filter(
      (exchange) => exchange.status === 'answered' && !isBeforeLogin(exchange, listener),
    );
    if (answered.length > entries.length) {
      invented.push(`${identity} ${answered[0]?.api.name}`);
    }
    if (answered.length <= entries.length) {
      bodies += answered.length;
      wrong.push(...unmatchedBodies(entries, answered));
    }
  }
  const examples = (list: readonly string[]): string => list.slice(0, examplesMax).join('; ');
  reporter.check(
    `${name}: every client request they served is a line of the proxy`,
    requests > 0 && unseen.length === 0,
    unseen.length === 0 ? `${requests} requests` : `${unseen.length} of ${requests} unseen: ${examples(unseen)}`,
  );
  reporter.check(
    `${name}: every answered line is a request they served`,
    invented.length === 0,
    invented.length === 0 ? '' : `${invented.length} unknown to the brokers: ${examples(invented)}`,
  );
  reporter.check(
    `${name}: bodies are what Kafka itself decodes`,
    bodies > 0 && wrong.length === 0,
    wrong.length === 0 ? `${bodies} exchanges compared` : `${wrong.length} differ: ${examples(wrong)}`,
  );
}

/** The login itself, and the ApiVersions before it. */
function isBeforeLogin(exchange: ExchangeLine, listener: ListenerName): boolean {
  if (!protocolOf[listener].startsWith('SASL')) {
    return false;
  }
  const { key } = exchange.api;
  return loginKeys.includes(key) || (key === apiVersionsKey && exchange.connection.principal === null);
}

/**
 * Two connections of one client may use the same correlation id at the same broker, and nothing says which entry is
 * which: then each line must be equal to some entry of its own.
 */
function unmatchedBodies(entries: readonly BrokerRequest[], exchanges: readonly ExchangeLine[]): string[] {
  const left = [...entries];
  const found: string[] = [];
  for (const exchange of exchanges) {
    const match = left.findIndex((entry) => bodyDifferences(entry, exchange).length === 0);
    const [nearest] = match === -1 ? left : left.splice(match, 1);
    if (match === -1 && nearest !== undefined) {
      found.push(...bodyDifferences(nearest, exchange));
    }
  }
  return found;
}

/** An ApiVersions newer than the broker: it answers UNSUPPORTED_VERSION and logs a request without any field. */
function isUnreadToBroker(entry: BrokerRequest): boolean {
  const { errorCode } = entry.response as { readonly errorCode?: number };
  return entry.apiKey === apiVersionsKey && errorCode === unsupportedVersion;
}

function bodyDifferences(entry: BrokerRequest, exchange: ExchangeLine): string[] {
  const what = `${exchange.api.name} v${exchange.api.version}`;
  if (exchange.connection.broker !== entry.broker) {
    return [`${what} went to ${entry.broker}, not to ${exchange.connection.broker}`];
  }
  // While it answers ApiVersions a broker does not know yet what the client calls itself.
  if (entry.software !== null && exchange.client.software !== null && exchange.client.software !== entry.software) {
    return [`${what} came from ${entry.software}, not from ${exchange.client.software}`];
  }
  const found = isUnreadToBroker(entry)
    ? []
    : differences(entry.request, exchange.request?.body, 1).map((each) => `${what} request ${each}`);
  // The proxy may cap the versions it lets clients see, which is its business, not a decoding fault.
  if (entry.apiKey !== apiVersionsKey) {
    found.push(...differences(entry.response, exchange.response?.body, 1).map((each) => `${what} response ${each}`));
  }
  return found;
}

/** The proxy counts the bytes of each connection on both its sides: what goes out is what came in, but for rewrites. */
function checkAudits(reporter: Reporter, name: string, lines: OutputLines): void {
  const audits = lines.events.filter((event) => event.kind === 'connection-audit');
  // Null is a connection that ended in the middle of a frame, of which no sum can be made.
  const wrong = audits.filter((event) => event.detail.balanced !== true && event.detail.balanced !== null);
  const cut = audits.filter((event) => event.detail.balanced === null).length;
  reporter.check(
    `${name}: the bytes of every connection balance`,
    wrong.length === 0 && audits.length > cut,
    wrong.length === 0
      ? `${audits.length} connections, ${cut} of them cut`
      : `${wrong.length} do not: ${JSON.stringify(wrong[0])}`,
  );
}

/** The last line must be the sum of the lines before it, and, where the proxy may sample, of what it did not look at. */
export function checkSummary(reporter: Reporter, name: string, lines: OutputLines, sampled = false): void {
  const { summary } = lines;
  reporter.check(
    `${name}: every line of stdout is of a known schema`,
    lines.unreadable.length === 0,
    lines.unreadable.slice(0, 2).join(' ').slice(0, 300),
  );
  reporter.check(`${name}: the run ends with a summary`, summary !== null);
  checkAudits(reporter, name, lines);
  if (summary === null) {
    return;
  }
  const statuses: Record<string, number> = {};
  const byApi: Record<string, number> = {};
  for (const exchange of lines.exchanges) {
    statuses[exchange.status] = (statuses[exchange.status] ?? 0) + 1;
    const key = `${exchange.api.name} ${exchange.api.version}`;
    byApi[key] = (byApi[key] ?? 0) + 1;
  }
  const wrongStatuses = Object.entries(summary.exchanges).filter(
    ([status, count]) => (statuses[status] ?? 0) !== count,
  );
  reporter.check(
    `${name}: the summary counts exchanges as the lines do`,
    wrongStatuses.length === 0,
    JSON.stringify(summary.exchanges),
  );
  const summed: Record<string, number> = {};
  for (const [api, versions] of Object.entries(summary.byApi)) {
    for (const [version, { requests }] of Object.entries(versions)) {
      summed[`${api} ${version}`] = requests;
    }
  }
  const wrongApis = differences(byApi, summed, examplesMax);
  const total = Object.values(summed).reduce((sum, count) => sum + count, 0);
  const missing = total - lines.exchanges.length;
  reporter.check(
    `${name}: the summary counts requests by API and version as the lines do${sampled ? ', but for those skipped' : ''}`,
    sampled ? missing === summary.skipped.requests : wrongApis.length === 0 && summary.skipped.requests === 0,
    wrongApis.length === 0 || sampled
      ? `${Object.keys(byApi).length} API versions, ${summary.skipped.requests} of ${total} skipped`
      : wrongApis.join('; '),
  );
  const opaque = Object.values(summary.opaque).reduce((sum, count) => sum + count, 0);
  reporter.check(
    `${name}: the summary says: nothing opaque, nothing foreign, nothing dropped`,
    opaque === 0 && summary.notKafka === 0 && summary.dropped === 0,
    JSON.stringify({ opaque: summary.opaque, notKafka: summary.notKafka, dropped: summary.dropped }),
  );
}
