import { createHash } from 'node:crypto';

/** Names of Kafka's codecs as clients spell them. */
export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** A record as a scenario lists it; text only, so that it travels to every driver as JSON. */
export interface ScenarioRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [string, string])[];
}

/** Which of the two group protocols the members speak (`consumer` is KIP-848). */
export type GroupProtocol = 'classic' | 'consumer';

/** What one client library can be asked to do. */
export interface ClientAbilities {
  readonly client: string;
  readonly codecs: readonly Codec[];
  readonly groupProtocols: readonly GroupProtocol[];
  /** Whether the client tells an empty value from a null one. */
  readonly emptyValues: boolean;
  readonly nullValues: boolean;
  /** kcat gives every record of a run the same headers. */
  readonly sameHeaders: boolean;
  /** The first batch is sent with acks=0, which no broker answers. */
  readonly unacknowledged: boolean;
}

/** The work order a driver gets as one JSON file. */
export interface Scenario {
  readonly client: string;
  readonly bootstrap: string;
  /** Client ids all begin with this, so that traffic can be told apart by client id alone. */
  readonly clientId: string;
  readonly topic: string;
  readonly transactionTopic: string;
  readonly scratchTopic: string;
  readonly transactionalId: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly batches: readonly { readonly codec: Codec; readonly records: readonly ScenarioRecord[] }[];
  readonly committed: readonly ScenarioRecord[];
  readonly aborted: readonly ScenarioRecord[];
  readonly groups: readonly { readonly protocol: GroupProtocol; readonly groupId: string }[];
  /** The first batch is to be sent with acks=0. */
  readonly unacknowledged: boolean;
}

/** What a driver prints as its last line of stdout. */
export interface DriverReport {
  readonly client: string;
  /** `host:port` of every broker the client learned. */
  readonly brokers: readonly string[];
  readonly written: number;
  readonly read: number;
  readonly contentSha256: string;
  readonly transaction: {
    readonly written: number;
    readonly committedRead: number;
    readonly contentSha256: string;
  };
  readonly groups: readonly {
    readonly protocol: string;
    readonly members: number;
    readonly read: number;
    readonly contentSha256: string;
  }[];
  readonly admin: Readonly<Record<string, number>>;
}

const recordsPerCodec = 40;
const committedRecords = 20;
const abortedRecords = 10;

/**
 * sha256 of the sorted lines `key|value|header=value,…` joined by newlines; null prints as `<null>`. Order and
 * partition do not count, so every client that holds the same records gets the same hash.
 */
export function contentSha256(records: readonly ScenarioRecord[]): string {
  const lines = records.map((record) => {
    const headers = record.headers.map(([name, value]) => `${name}=${value}`).join(',');
    return `${record.key ?? '<null>'}|${record.value ?? '<null>'}|${headers}`;
  });
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** `count` records of many sizes, with what this client can express. */
export function makeRecords(prefix: string, count: number, abilities: ClientAbilities): ScenarioRecord[] {
  const records: ScenarioRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const label = `${prefix}-${String(index).padStart(3, '0')}`;
    const headers: [string, string][] = abilities.sameHeaders
      ? [['trace', 'kcat']]
      : index % 3 === 0
        ? []
        : [
            ['trace', `t-${index}`],
            ['origin', 'größe'],
          ];
    // Sizes from nothing to several kilobytes, with text that needs two and three bytes a character.
    let value: string | null = `${label} ${'äöü€ 漢字 lorem ipsum '.repeat(index % 7)}${'x'.repeat((index % 5) * 400)}`;
    if (index === 1 && abilities.nullValues) {
      value = null;
    } else if (index === 2 && abilities.emptyValues) {
      value = '';
    }
    records.push({ key: `key-${label}`, value, headers });
  }
  return records;
}

/** The scenario of one client in one run; `run` keeps topics and ids of the runs apart, the records are the same. */
export function makeScenario(abilities: ClientAbilities, run: string, bootstrap: string): Scenario {
  const { client } = abilities;
  const name = `${client}-${run}`;
  return {
    client,
    bootstrap,
    clientId: `ks-${name}`,
    topic: `orders-${name}`,
    transactionTopic: `payments-${name}`,
    scratchTopic: `scratch-${name}`,
    transactionalId: `tx-${name}`,
    partitions: 3,
    replicationFactor: 3,
    batches: abilities.codecs.map((codec) => ({
      codec,
      records: makeRecords(`${client}-${codec}`, recordsPerCodec, abilities),
    })),
    committed: makeRecords(`${client}-committed`, committedRecords, { ...abilities, nullValues: false }),
    aborted: makeRecords(`${client}-aborted`, abortedRecords, { ...abilities, nullValues: false }),
    unacknowledged: abilities.unacknowledged,
    groups: abilities.groupProtocols.map((protocol) => ({ protocol, groupId: `group-${protocol}-${name}` })),
  };
}

/** The records outside transactions that a scenario writes. */
export function scenarioRecords(scenario: Scenario): ScenarioRecord[] {
  return scenario.batches.flatMap((batch) => batch.records);
}
