import { printable } from '../../wire/printable.ts';
import { someOf, tableSection } from './section.ts';

interface ClusterRow {
  readonly clusterId: string | null;
  readonly controllerId: number | null;
  readonly nodes: readonly string[];
}

/** Which clusters there are. */
export const clustersSection = tableSection<ClusterRow>({
  name: 'clusters',
  title: 'Clusters',
  help: 'cluster ids, controllers and the brokers they name',
  rowsByDefault: 4,
  rows: ({ clusters }) =>
    clusters.map(({ clusterId, controllerId, brokers }) => ({
      clusterId,
      controllerId,
      nodes: brokers.map(({ nodeId, address, rack }) => `${nodeId}=${address}${rack === null ? '' : ` (${rack})`}`),
    })),
  columns: [
    {
      title: 'CLUSTER',
      field: 'cluster_id',
      text: (row) => (row.clusterId === null ? '?' : printable(row.clusterId)),
      value: (row) => row.clusterId,
    },
    {
      title: 'CONTROLLER',
      field: 'controller_id',
      right: true,
      text: (row) => (row.controllerId === null ? '?' : String(row.controllerId)),
      value: (row) => row.controllerId,
    },
    {
      title: 'BROKERS',
      field: 'brokers',
      text: (row) =>
        someOf(
          row.nodes.map((node) => printable(node)),
          false,
          6,
        ),
      value: (row) => row.nodes.join(' '),
    },
  ],
});
