import type { ExchangeRow } from '../../src/store/snapshot.ts';
import type { ColumnName } from './list-columns.ts';
import type { MessageSide, TreeNode } from './tree.ts';

/** A text as the filter language writes it. */
export function filterString(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Both terms must hold; an empty one says nothing. */
export function bothTerms(filter: string, term: string): string {
  if (filter === '') return term;
  if (term === '') return filter;
  const first = filter.includes('||') || /\bor\b/.test(filter) ? `(${filter})` : filter;
  return `${first} && ${term}`;
}

/** The term for an API, by name where it has one. */
export function apiTerm(apiName: string | null, apiKey: number): string {
  return `api == ${apiName ?? apiKey}`;
}

/** The term that keeps the exchanges whose cell in this column says the same; null where the cell says nothing. */
export function cellTerm(row: ExchangeRow, column: ColumnName): string | null {
  switch (column) {
    case 'seq':
      return `conn == ${row.connection}`;
    case 'time':
      return null;
    case 'client':
      return row.clientId === null ? '!client.id' : `client.id == ${filterString(row.clientId)}`;
    case 'broker':
      return row.nodeId === null ? `broker.address == ${filterString(row.broker)}` : `broker == ${row.nodeId}`;
    case 'api':
      return row.apiKey === null ? null : apiTerm(row.apiName, row.apiKey);
    case 'version':
      if (row.apiKey === null || row.apiVersion === null) return null;
      return `${apiTerm(row.apiName, row.apiKey)} && api.version == ${row.apiVersion}`;
    case 'target':
      return targetTerm(row);
    case 'size':
      return row.requestSizeBytes === null ? null : `req.size >= ${row.requestSizeBytes}B`;
    case 'latency':
      return row.latencyUs === null ? '!paired' : `latency >= ${Math.trunc(row.latencyUs)}us`;
    case 'result':
      return resultTerm(row);
    default:
      return column satisfies never;
  }
}

function targetTerm(row: ExchangeRow): string | null {
  const topic = row.topics[0];
  if (topic !== undefined) return `topic == ${filterString(topic)}`;
  if (row.group !== null) return `group == ${filterString(row.group)}`;
  return row.transactionalId === null ? null : `txn.id == ${filterString(row.transactionalId)}`;
}

function resultTerm(row: ExchangeRow): string | null {
  const error = row.errors[0];
  if (error !== undefined) return `error == ${error.name}`;
  if (row.opaque !== null) return '!decoded';
  if (row.throttleTimeMs !== null && row.throttleTimeMs > 0) return 'throttle > 0ms';
  if (row.removedInKafka4) return 'deprecated';
  return row.status === 'answered' ? '!error' : '!paired';
}

/** The term that keeps the exchanges whose field has the value of this node; null for what has no value. */
export function fieldTerm(node: TreeNode): string | null {
  const { span } = node;
  if (span === null || span.value === undefined || node.inRecords) return null;
  const path = filterPath(node.side, span.path);
  if (path === null) return null;
  if (span.value === null) return `!${path}`;
  if (typeof span.value === 'string') return `${path} == ${filterString(span.value)}`;
  return `${path} == ${String(span.value)}`;
}

const headerFields: Readonly<Record<string, string>> = {
  'header.clientId': 'client.id',
  'header.requestApiVersion': 'api.version',
  'header.requestApiKey': 'api',
  'header.correlationId': 'corr',
};

function filterPath(side: MessageSide, path: string): string | null {
  const known = headerFields[path];
  if (known !== undefined) return known;
  if (!path.startsWith('body.')) return null;
  const inBody = path.slice('body.'.length).replaceAll(/\[\d+\]/g, '[*]');
  return `${side === 'request' ? 'req' : 'res'}.${inBody}`;
}
