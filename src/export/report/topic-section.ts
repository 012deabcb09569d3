import type { TopicFigures, TopicFlow } from '../../insight/topics.ts';
import { printable } from '../../wire/printable.ts';
import { bytesText, countText } from '../quantity-text.ts';
import { type ReportColumn, someOf, tableSection } from './section.ts';

/** At least so many: exchanges that carry several topics do not tell them apart. */
function atLeast(text: string, flow: TopicFlow): string {
  return flow.shared > 0 ? `≥${text}` : text;
}

function flowColumns(
  heading: string,
  field: string,
  of: (row: TopicFigures) => TopicFlow,
): ReportColumn<TopicFigures>[] {
  const clients = (row: TopicFigures) => of(row).clients.map((name) => printable(name));
  return [
    {
      title: heading,
      field: `${field}_requests`,
      right: true,
      text: (row) => countText(of(row).requests),
      value: (row) => of(row).requests,
    },
    {
      title: 'RECORDS',
      field: `${field}_records`,
      right: true,
      text: (row) => atLeast(countText(of(row).records), of(row)),
      value: (row) => of(row).records,
    },
    {
      title: 'BYTES',
      field: `${field}_bytes`,
      right: true,
      text: (row) => atLeast(bytesText(of(row).bytes), of(row)),
      value: (row) => of(row).bytes,
    },
    { title: '', field: `${field}_shared`, csvOnly: true, text: () => '', value: (row) => of(row).shared },
    {
      title: 'BY',
      field: `${field}_by`,
      text: (row) => someOf(clients(row), of(row).moreClients),
      value: (row) => of(row).clients.join(' '),
    },
  ];
}

/** Who writes and reads what. */
export const topicsSection = tableSection<TopicFigures>({
  name: 'topics',
  title: 'Topics (≥: exchanges with several topics count for none)',
  help: 'who produces to and fetches from each topic',
  rowsByDefault: 6,
  rows: ({ topics }) => topics,
  columns: [
    { title: 'TOPIC', field: 'topic', text: (row) => printable(row.topic), value: (row) => row.topic },
    ...flowColumns('PRODUCE', 'produce', (row) => row.produced),
    ...flowColumns('FETCH', 'fetch', (row) => row.fetched),
    { title: 'ERRORS', field: 'errors', right: true, text: (row) => countText(row.errors), value: (row) => row.errors },
  ],
});
