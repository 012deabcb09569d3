import type { ConnectionFigures } from '../../insight/connections.ts';
import { printable } from '../../wire/printable.ts';
import { bytesText, countText, durationText } from '../quantity-text.ts';
import { type CsvValue, tableSection } from './section.ts';

function tcp(row: ConnectionFigures, name: string): CsvValue {
  const value = row.tcp?.[name];
  return typeof value === 'number' ? value : null;
}

/** How the connection was secured and by whom, in a few words. */
function security({ facts }: ConnectionFigures): string {
  const parts = [];
  if (facts.tls !== null) parts.push(facts.tls.version);
  if (facts.sasl !== null) parts.push(facts.sasl.mechanism);
  if (facts.principal !== null) parts.push(facts.principal);
  return parts.length === 0 ? '-' : printable(parts.join(' '));
}

function rtt(row: ConnectionFigures, name: string): string {
  const value = tcp(row, name);
  return typeof value === 'number' ? durationText(value) : '?';
}

/** Who talked to whom, over what. */
export const connectionsSection = tableSection<ConnectionFigures>({
  name: 'connections',
  title: 'Connections',
  help: 'bytes, round-trip times, retransmissions, TLS and principal of each connection',
  rowsByDefault: 0,
  rows: ({ connections }) => connections,
  columns: [
    {
      title: 'CONN',
      field: 'connection',
      right: true,
      text: (row) => String(row.facts.id),
      value: (row) => row.facts.id,
    },
    { title: 'CLIENT', field: 'client', text: (row) => row.facts.client, value: (row) => row.facts.client },
    { title: 'BROKER', field: 'broker', text: (row) => row.facts.broker, value: (row) => row.facts.broker },
    {
      title: 'CLIENT ID',
      field: 'client_id',
      text: (row) => (row.clientId === null ? '(none)' : printable(row.clientId)),
      value: (row) => row.clientId,
    },
    {
      title: 'REQUESTS',
      field: 'requests',
      right: true,
      text: (row) => countText(row.requests),
      value: (row) => row.requests,
    },
    { title: 'ERRORS', field: 'errors', right: true, text: (row) => countText(row.errors), value: (row) => row.errors },
    {
      title: 'IN',
      field: 'request_bytes',
      right: true,
      text: (row) => bytesText(row.requestBytes),
      value: (row) => row.requestBytes,
    },
    {
      title: 'OUT',
      field: 'response_bytes',
      right: true,
      text: (row) => bytesText(row.responseBytes),
      value: (row) => row.responseBytes,
    },
    {
      title: 'RTT',
      field: 'handshake_rtt_us',
      right: true,
      text: (row) => rtt(row, 'handshakeRttUs'),
      value: (row) => tcp(row, 'handshakeRttUs'),
    },
    {
      title: 'RETRANS',
      field: 'retransmitted_segments',
      right: true,
      text: (row) => countText(tcp(row, 'retransmittedSegments') as number | null),
      value: (row) => tcp(row, 'retransmittedSegments'),
    },
    {
      title: 'SECURITY',
      field: 'security',
      text: security,
      value: (row) => (security(row) === '-' ? null : security(row)),
    },
    { title: 'ENDED', field: 'closed', text: (row) => row.closed ?? 'open', value: (row) => row.closed },
  ],
});
