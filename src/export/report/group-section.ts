import type { GroupFigures } from '../../insight/groups.ts';
import { printable } from '../../wire/printable.ts';
import { countText, durationText } from '../quantity-text.ts';
import { type ReportColumn, someOf, tableSection } from './section.ts';

function count(title: string, field: string, of: (row: GroupFigures) => number): ReportColumn<GroupFigures> {
  return { title, field, right: true, text: (row) => countText(of(row)), value: of };
}

/** What the groups did. */
export const groupsSection = tableSection<GroupFigures>({
  name: 'groups',
  title: 'Groups',
  help: 'members, rebalances, commits and errors of each group',
  rowsByDefault: 6,
  rows: ({ groups }) => groups,
  columns: [
    { title: 'GROUP', field: 'group', text: (row) => printable(row.group), value: (row) => row.group },
    { title: 'KIND', field: 'kind', text: (row) => row.kind ?? '?', value: (row) => row.kind },
    count('REBALANCES', 'rebalances', (row) => row.rebalances),
    {
      title: 'GENERATION',
      field: 'generation',
      right: true,
      text: (row) => (row.generation === null ? '?' : String(row.generation)),
      value: (row) => row.generation,
    },
    count('JOINS', 'joins', (row) => row.joins),
    count('LEAVES', 'leaves', (row) => row.leaves),
    {
      title: 'HELD MAX',
      field: 'hold_max_us',
      right: true,
      text: (row) => (row.holdUsMax === null ? '-' : durationText(row.holdUsMax)),
      value: (row) => row.holdUsMax,
    },
    count('HEARTBEATS', 'heartbeats', (row) => row.heartbeats),
    count('COMMITS', 'commits', (row) => row.commits),
    count('ERRORS', 'errors', (row) => row.errors),
    {
      title: 'COORDINATOR',
      field: 'coordinator',
      text: (row) => row.coordinator ?? '?',
      value: (row) => row.coordinator,
    },
    {
      title: 'CLIENTS',
      field: 'clients',
      text: (row) =>
        someOf(
          row.clients.map((name) => printable(name)),
          row.moreClients,
        ),
      value: (row) => row.clients.join(' '),
    },
  ],
});
