import type { ThrottleFigures } from '../../insight/throttling.ts';
import { printable } from '../../wire/printable.ts';
import { countText, durationText, timeText } from '../quantity-text.ts';
import { tableSection } from './section.ts';

/** Whom quotas slow down. */
export const throttleSection = tableSection<ThrottleFigures>({
  name: 'throttle',
  title: 'Throttled by quota',
  help: 'clients that brokers slow down, and by how much',
  rowsByDefault: 5,
  rows: ({ throttling }) => throttling,
  columns: [
    {
      title: 'CLIENT',
      field: 'client_id',
      text: (row) => (row.clientId === null ? '(none)' : printable(row.clientId)),
      value: (row) => row.clientId,
    },
    { title: 'API', field: 'api', text: (row) => row.api, value: (row) => row.api },
    {
      title: 'RESPONSES',
      field: 'responses',
      right: true,
      text: (row) => countText(row.responses),
      value: (row) => row.responses,
    },
    {
      title: 'TOTAL',
      field: 'total_ms',
      right: true,
      text: (row) => durationText(row.totalMs * 1000),
      value: (row) => row.totalMs,
    },
    {
      title: 'MAX',
      field: 'max_ms',
      right: true,
      text: (row) => durationText(row.maxMs * 1000),
      value: (row) => row.maxMs,
    },
    { title: 'FIRST', field: 'first_us', text: (row) => timeText(row.firstUs), value: (row) => row.firstUs },
    { title: 'LAST', field: 'last_us', text: (row) => timeText(row.lastUs), value: (row) => row.lastUs },
  ],
});
