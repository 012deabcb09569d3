import type { DetailSnapshot, ExchangeRow, MessageDetail } from '../../src/store/snapshot.ts';
import { SpanWriter } from './span-writer.ts';

/** One kind of traffic of the fake run, with the row it makes. */
interface Kind {
  readonly apiKey: number;
  readonly apiName: string | null;
  readonly apiVersion: number;
  readonly clientId: string | null;
  readonly change: Partial<ExchangeRow>;
}

const hostile = '\u001b]0;owned\u0007\u001b[31mred\u202egnp\u200b';

/** The traffic in the order it repeats: what UX.md shows, and what a hostile peer would send. */
const kinds: readonly Kind[] = [
  {
    apiKey: 0,
    apiName: 'Produce',
    apiVersion: 11,
    clientId: 'orders-svc',
    change: { topics: ['orders.v1'], topicCount: 1, recordsCount: 12, requestSizeBytes: 12_400, latencyUs: 3_100 },
  },
  {
    apiKey: 1,
    apiName: 'Fetch',
    apiVersion: 16,
    clientId: 'billing',
    change: {
      topics: ['payments'],
      topicCount: 3,
      responseSizeBytes: 310_000,
      latencyUs: 500_400,
      waitUs: 499_000,
      recordsCount: 0,
    },
  },
  {
    apiKey: 3,
    apiName: 'Metadata',
    apiVersion: 12,
    clientId: 'orders-svc',
    change: { topics: ['orders.v1'], topicCount: 1, requestSizeBytes: 412, latencyUs: 900 },
  },
  {
    apiKey: 0,
    apiName: 'Produce',
    apiVersion: 11,
    clientId: 'orders-svc',
    change: {
      topics: ['orders.v1'],
      topicCount: 1,
      requestSizeBytes: 11_900,
      latencyUs: 812_000,
      errors: [{ code: 6, name: 'NOT_LEADER_OR_FOLLOWER' }],
    },
  },
  {
    apiKey: 8,
    apiName: 'OffsetCommit',
    apiVersion: 9,
    clientId: 'billing',
    change: { group: 'billing', requestSizeBytes: 688, latencyUs: 2_200 },
  },
  {
    apiKey: 1,
    apiName: 'Fetch',
    apiVersion: 3,
    clientId: 'legacy-etl',
    change: {
      topics: ['audit-log'],
      topicCount: 1,
      responseSizeBytes: 64_000,
      latencyUs: 11_800,
      removedInKafka4: true,
      recordsCount: 4,
    },
  },
  {
    apiKey: 0,
    apiName: 'Produce',
    apiVersion: 11,
    clientId: 'flink-7',
    change: { topics: ['clicks.raw'], topicCount: 1, requestSizeBytes: 88_000, status: 'in-flight', latencyUs: null },
  },
  {
    apiKey: 12,
    apiName: 'Heartbeat',
    apiVersion: 4,
    clientId: 'billing',
    change: {
      group: 'billing',
      requestSizeBytes: 96,
      latencyUs: 700,
      errors: [{ code: 27, name: 'REBALANCE_IN_PROGRESS' }],
    },
  },
  {
    apiKey: 999,
    apiName: null,
    apiVersion: 0,
    clientId: null,
    change: { requestSizeBytes: 41, opaque: 'unknown-api', latencyUs: 400 },
  },
  {
    apiKey: 0,
    apiName: 'Produce',
    apiVersion: 9,
    clientId: 'metrics-agent',
    change: {
      topics: ['metrics'],
      topicCount: 1,
      requestSizeBytes: 5_100,
      status: 'unanswered-by-design',
      latencyUs: null,
      recordsCount: 40,
    },
  },
  {
    apiKey: 11,
    apiName: 'JoinGroup',
    apiVersion: 9,
    clientId: 'billing',
    change: { group: 'billing', requestSizeBytes: 1_100, latencyUs: 2_900_000, waitUs: 2_890_000 },
  },
  {
    apiKey: 3,
    apiName: 'Metadata',
    apiVersion: 12,
    clientId: hostile,
    change: { topics: ['orders.v1'], topicCount: 1, requestSizeBytes: 80, latencyUs: 1_200, throttleTimeMs: 300 },
  },
];

/** First exchange of the fake run: 2026-11-21T14:02:11.203Z. */
export const fakeStartUs = Date.UTC(2026, 10, 21, 14, 2, 11, 203) * 1000;

/** The row of exchange `seq`; the same number always gives the same row. */
export function fakeRow(seq: number, position = seq, marked = false): ExchangeRow {
  const kind = kinds[(seq - 1) % kinds.length] ?? kinds[0];
  if (kind === undefined) throw new Error('the fake run has no traffic');
  return {
    position,
    seq,
    atUs: fakeStartUs + (seq - 1) * 5_000,
    status: 'answered',
    connection: (seq % 5) + 1,
    client: `127.0.0.1:${52_100 + (seq % 5)}`,
    clientId: kind.clientId,
    broker: `127.0.0.1:${19_092 + (seq % 3)}`,
    nodeId: (seq % 3) + 1,
    apiKey: kind.apiKey,
    apiName: kind.apiName,
    apiVersion: kind.apiVersion,
    removedInKafka4: false,
    topics: [],
    topicCount: 0,
    group: null,
    transactionalId: null,
    requestSizeBytes: 120,
    responseSizeBytes: 61,
    waitUs: 0,
    throttleTimeMs: 0,
    errors: [],
    errorCount: kind.change.errors?.length ?? 0,
    recordsCount: null,
    latencyUs: 1_000,
    correlationId: seq * 7,
    opaque: null,
    tags: [],
    marked,
    ...kind.change,
  };
}

/** The detail of exchange `seq`, its trees over real bytes. */
export function fakeDetail(seq: number, marked = false, recordContents = true): DetailSnapshot {
  const row = fakeRow(seq, seq, marked);
  const answered = row.status === 'answered';
  const latencyUs = row.latencyUs;
  const waitUs = row.waitUs ?? 0;
  return {
    row,
    timing: {
      latencyUs,
      queuedUs: latencyUs === null ? null : 100,
      brokerUs: latencyUs === null ? null : latencyUs - waitUs - 100,
      waitUs: latencyUs === null ? null : waitUs,
      throttleUs: (row.throttleTimeMs ?? 0) * 1000,
      requestTransferUs: 100,
      responseTransferUs: answered ? 300 : null,
      proxyUs: 80,
    },
    software: 'apache-kafka-java',
    softwareVersion: '3.9.1',
    principal: null,
    saslMechanism: null,
    tls: null,
    errors: row.errors.map((error) => ({
      ...error,
      path: 'body.responses[0].partitionResponses[0].errorCode',
      message: null,
      meaning:
        'The client asked a broker that no longer leads the partition. Its metadata is stale; it refreshes and retries.',
    })),
    records: row.recordsCount === null ? null : { count: row.recordsCount, batches: 1, bytes: 11_700, codecs: ['lz4'] },
    partitionsOmitted: 0,
    recordContents,
    request: messageOf(requestOf(row), row, row.requestSizeBytes ?? 0),
    response: answered ? messageOf(responseOf(row), row, row.responseSizeBytes ?? 0) : null,
  };
}

function messageOf(writer: SpanWriter, row: ExchangeRow, sizeBytes: number): MessageDetail {
  const isOpaque = row.opaque !== null;
  return {
    atUs: row.atUs,
    sizeBytes: Math.max(sizeBytes, writer.bytes.length),
    bytes: writer.bytes,
    bytesOmitted: 0,
    spans: isOpaque ? [] : writer.spans,
    spansOmitted: 0,
    views: [],
    opaque: isOpaque ? { reason: 'unknown-api', detail: 'no API has key 999', offset: 0 } : null,
  };
}

function requestOf(row: ExchangeRow): SpanWriter {
  const writer = new SpanWriter();
  writer.struct('header', () => {
    writer.int('requestApiKey', 2, row.apiKey ?? 0, row.apiName);
    writer.int('requestApiVersion', 2, row.apiVersion ?? 0);
    writer.int('correlationId', 4, row.correlationId ?? 0);
    writer.string('clientId', row.clientId);
  });
  return writer.struct('body', () => {
    if (row.apiKey === 0) produceBody(writer, row);
    else if (row.group !== null)
      writer.string('groupId', row.group).int('generationId', 4, 42).string('memberId', 'billing-1-7f9c');
    else writer.array('topics', row.topics.length, (at) => writer.string('name', row.topics[at] ?? null));
  });
}

function produceBody(writer: SpanWriter, row: ExchangeRow): void {
  writer.string('transactionalId', null);
  writer.int(
    'acks',
    2,
    row.status === 'unanswered-by-design' ? 0 : -1,
    row.status === 'unanswered-by-design' ? 'none' : 'all in-sync replicas',
  );
  writer.int('timeoutMs', 4, 30_000);
  writer.array('topicData', row.topics.length, (at) => {
    writer.string('name', row.topics[at] ?? null);
    writer.array('partitionData', 1, () => {
      writer.int('index', 4, 3);
      const batch = Array.from({ length: 96 }, (_, byte) => (byte * 37 + row.seq) & 0xff);
      writer.records('records', batch, `${row.recordsCount ?? 1} rec lz4`);
    });
  });
}

function responseOf(row: ExchangeRow): SpanWriter {
  const writer = new SpanWriter();
  writer.struct('header', () => writer.int('correlationId', 4, row.correlationId ?? 0));
  return writer.struct('body', () => {
    const error = row.errors[0];
    if (row.apiKey !== 0) {
      writer
        .int('throttleTimeMs', 4, row.throttleTimeMs ?? 0)
        .int('errorCode', 2, error?.code ?? 0, error?.name ?? null);
      return;
    }
    writer.array('responses', 1, () => {
      writer.string('name', row.topics[0] ?? null);
      writer.array('partitionResponses', 1, () => {
        writer
          .int('index', 4, 3)
          .int('errorCode', 2, error?.code ?? 0, error?.name ?? null)
          .int('baseOffset', 8, 9_007_199_254_740_993n);
      });
    });
    writer.int('throttleTimeMs', 4, row.throttleTimeMs ?? 0);
  });
}
