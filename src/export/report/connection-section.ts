import type { ConnectionFigures } from '../../insight/connections.ts';
import { printable } from '../../wire/printable.ts';
import { countText, durationText } from '../quantity-text.ts';
import { countColumns } from './figures-columns.ts';
import { tableSection } from './section.ts';

/** The sum of what TCP showed under these names; null where any of them is not known. */
function tcp({ tcp: seen }: ConnectionFigures, ...names: readonly string[]): number | null {
  let sum = 0;
  for (const name of names) {
    const value = seen?.[name];
    if (typeof value !== 'number') return null;
    sum += value;
  }
  return sum;
}

const handshake = ['handshakeBrokerUs', 'handshakeClientUs'] as const;
const retransmitted = ['clientRetransmittedSegments', 'brokerRetransmittedSegments'] as const;

/** How the connection was secured and by whom, in a few words. */
function security({ facts }: ConnectionFigures): string {
  const parts = [];
  if (facts.tls !== null) parts.push(facts.tls.version);
  if (facts.sasl !== null) parts.push(facts.sasl.mechanism);
  if (facts.principal !== null) parts.push(facts.principal);
  return parts.length === 0 ? '-' : printable(parts.join(' '));
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
    ...countColumns,
    {
      title: 'RTT',
      field: 'handshake_rtt_us',
      right: true,
      text: (row) => durationText(tcp(row, ...handshake)),
      value: (row) => tcp(row, ...handshake),
    },
    {
      title: '',
      field: 'client_round_trip_median_us',
      csvOnly: true,
      text: () => '',
      value: (row) => tcp(row, 'clientRoundTripMedianUs'),
    },
    {
      title: 'ACK RTT',
      field: 'broker_round_trip_median_us',
      right: true,
      text: (row) => durationText(tcp(row, 'brokerRoundTripMedianUs')),
      value: (row) => tcp(row, 'brokerRoundTripMedianUs'),
    },
    {
      title: 'RETRANS',
      field: 'retransmitted_segments',
      right: true,
      text: (row) => countText(tcp(row, ...retransmitted)),
      value: (row) => tcp(row, ...retransmitted),
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
