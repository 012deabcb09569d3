import type { ApiFigures, BrokerFigures, ClientFigures, MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import { printable } from '../../wire/printable.ts';
import { figureColumns } from './figures-columns.ts';
import { tableSection } from './section.ts';

interface ApiRow extends ApiFigures {
  readonly versions: string;
}

function apiRows(metrics: MetricsSnapshot): readonly ApiRow[] {
  const versionsOf = (apiKey: number) =>
    metrics.byApi
      .filter((row) => row.apiKey === apiKey && row.apiVersion !== null)
      .map((row) => row.apiVersion)
      .sort((a, b) => Number(a) - Number(b))
      .join(',');
  return metrics.byApi
    .filter((row) => row.apiVersion === null)
    .map((row) => ({ ...row, versions: versionsOf(row.apiKey) }));
}

/** Exchanges by API, with errors and percentiles. */
export const apisSection = tableSection<ApiRow>({
  name: 'apis',
  title: 'Exchanges by API (latency without deliberate waits)',
  help: 'requests, errors and latency of each API',
  rowsByDefault: 10,
  rows: ({ metrics }) => apiRows(metrics),
  columns: [
    {
      title: 'API',
      field: 'api',
      text: (row) => row.apiName ?? `key ${row.apiKey}`,
      value: (row) => row.apiName ?? `key ${row.apiKey}`,
    },
    { title: 'VERSIONS', field: 'versions', text: (row) => row.versions, value: (row) => row.versions },
    ...figureColumns,
  ],
});

/** Who the clients are. */
export const clientsSection = tableSection<ClientFigures>({
  name: 'clients',
  title: 'Clients',
  help: 'client ids with their software, requests, errors and latency',
  rowsByDefault: 6,
  rows: ({ metrics }) => metrics.byClient,
  columns: [
    {
      title: 'CLIENT',
      field: 'client_id',
      text: (row) => (row.clientId === null ? '(none)' : printable(row.clientId)),
      value: (row) => row.clientId,
    },
    {
      title: 'SOFTWARE',
      field: 'software',
      text: (row) => (row.software === null ? '?' : printable(`${row.software} ${row.softwareVersion ?? '?'}`)),
      value: (row) => row.software,
    },
    {
      title: '',
      field: 'software_version',
      csvOnly: true,
      text: () => '',
      value: (row) => row.softwareVersion,
    },
    ...figureColumns,
  ],
});

interface BrokerRow extends BrokerFigures {
  readonly hostName: string | null;
}

/** What the capture calls the host of `ip:port`, IPv6 in brackets; null when it has no name for it. */
function hostNameOf(address: string, names: Readonly<Record<string, string>> | undefined): string | null {
  if (names === undefined) return null;
  const host = address.slice(0, Math.max(0, address.lastIndexOf(':'))).replace(/^\[|\]$/g, '');
  return Object.hasOwn(names, host) ? (names[host] ?? null) : null;
}

/** How the brokers did. */
export const brokersSection = tableSection<BrokerRow>({
  name: 'brokers',
  title: 'Brokers',
  help: 'requests, errors and latency of each broker address',
  rowsByDefault: 6,
  rows: ({ metrics, capture }) =>
    metrics.byBroker.map((row) => ({ ...row, hostName: hostNameOf(row.broker, capture?.hostNames) })),
  columns: [
    {
      title: 'BROKER',
      field: 'broker',
      text: ({ broker, hostName }) => (hostName === null ? broker : `${broker} (${printable(hostName)})`),
      value: (row) => row.broker,
    },
    { title: '', field: 'host_name', csvOnly: true, text: () => '', value: (row) => row.hostName },
    ...figureColumns,
  ],
});
