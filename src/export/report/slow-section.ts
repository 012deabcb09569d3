import type { SlowExchange } from '../../insight/slowest.ts';
import { printable } from '../../wire/printable.ts';
import { durationText } from '../quantity-text.ts';
import { tableSection } from './section.ts';

/** What took longest. */
export const slowSection = tableSection<SlowExchange>({
  name: 'slow',
  title: 'Slowest exchanges (deliberate waits not counted)',
  help: 'the exchanges that took longest',
  rowsByDefault: 5,
  rows: ({ slowest }) => slowest,
  columns: [
    {
      title: 'TOOK',
      field: 'work_us',
      right: true,
      text: (row) => durationText(row.workUs),
      value: (row) => row.workUs,
    },
    {
      title: 'QUEUED',
      field: 'queued_us',
      right: true,
      text: (row) => durationText(row.queuedUs),
      value: (row) => row.queuedUs,
    },
    { title: '', field: 'wait_us', csvOnly: true, text: () => '', value: (row) => row.waitUs },
    { title: 'EXCHANGE', field: 'seq', text: (row) => `#${row.seq}`, value: (row) => row.seq },
    { title: 'API', field: 'api', text: (row) => row.api, value: (row) => row.api },
    {
      title: 'CLIENT',
      field: 'client_id',
      text: (row) => (row.clientId === null ? '(none)' : printable(row.clientId)),
      value: (row) => row.clientId,
    },
    { title: 'BROKER', field: 'broker', text: (row) => row.broker, value: (row) => row.broker },
    {
      title: 'TOPICS',
      field: 'topics',
      text: (row) =>
        row.topics
          .slice(0, 2)
          .map((topic) => printable(topic))
          .join(','),
      value: (row) => row.topics.join(' '),
    },
    { title: 'ERROR', field: 'error', text: (row) => row.error ?? '', value: (row) => row.error },
  ],
});
