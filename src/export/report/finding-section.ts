import type { Finding } from '../../insight/finding.ts';
import { printable } from '../../wire/printable.ts';
import { countText, timeText } from '../quantity-text.ts';
import { tableSection } from './section.ts';

/** What does not work and what to do about it. */
export const findingsSection = tableSection<Finding>({
  name: 'findings',
  title: 'Findings',
  help: 'connections that do not work, why, and what to do',
  rowsByDefault: 6,
  rows: ({ findings }) => findings,
  columns: [
    { title: 'COUNT', field: 'count', right: true, text: (row) => countText(row.count), value: (row) => row.count },
    { title: '', field: 'severity', csvOnly: true, text: () => '', value: (row) => row.severity },
    { title: 'FINDING', field: 'finding', text: (row) => row.finding, value: (row) => row.finding },
    { title: '', field: 'client', csvOnly: true, text: () => '', value: (row) => row.client },
    { title: '', field: 'broker', csvOnly: true, text: () => '', value: (row) => row.broker },
    { title: '', field: 'first_us', csvOnly: true, text: (row) => timeText(row.firstUs), value: (row) => row.firstUs },
    { title: '', field: 'last_us', csvOnly: true, text: (row) => timeText(row.lastUs), value: (row) => row.lastUs },
    { title: 'WHAT TO DO', field: 'message', text: (row) => printable(row.message), value: (row) => row.message },
  ],
});
