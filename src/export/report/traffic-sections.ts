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

/** How the brokers did. */
export const brokersSection = tableSection<BrokerFigures>({
  name: 'brokers',
  title: 'Brokers',
  help: 'requests, errors and latency of each broker address',
  rowsByDefault: 6,
  rows: ({ metrics }) => metrics.byBroker,
  columns: [
    { title: 'BROKER', field: 'broker', text: (row) => row.broker, value: (row) => row.broker },
    ...figureColumns,
  ],
});
