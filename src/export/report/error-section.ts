import type { ErrorFigures } from '../../metrics/metrics-snapshot.ts';
import { errorMeaning } from '../../protocol/error-codes.ts';
import { printable } from '../../wire/printable.ts';
import { countText, timeText } from '../quantity-text.ts';
import { tableSection } from './section.ts';

/** Which errors there were, with their meaning. */
export const errorsSection = tableSection<ErrorFigures>({
  name: 'errors',
  title: 'Errors',
  help: 'error codes by API and client, with their meaning',
  rowsByDefault: 8,
  rows: ({ metrics }) => [...metrics.errors].sort((a, b) => b.count - a.count),
  columns: [
    { title: 'ERROR', field: 'error', text: (row) => `${row.name} (${row.code})`, value: (row) => row.name },
    { title: '', field: 'code', csvOnly: true, text: () => '', value: (row) => row.code },
    { title: 'COUNT', field: 'count', right: true, text: (row) => countText(row.count), value: (row) => row.count },
    { title: 'API', field: 'api', text: (row) => row.apiName ?? '?', value: (row) => row.apiName },
    {
      title: 'CLIENT',
      field: 'client_id',
      text: (row) => (row.clientId === null ? '(none)' : printable(row.clientId)),
      value: (row) => row.clientId,
    },
    { title: '', field: 'first_us', csvOnly: true, text: (row) => timeText(row.firstUs), value: (row) => row.firstUs },
    { title: '', field: 'last_us', csvOnly: true, text: (row) => timeText(row.lastUs), value: (row) => row.lastUs },
    {
      title: 'MEANING',
      field: 'meaning',
      text: (row) => errorMeaning(row.code),
      value: (row) => errorMeaning(row.code),
    },
  ],
});
