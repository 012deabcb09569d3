import { describe, expect, it } from 'vitest';
import { table } from '../../src/export/text-table.ts';

describe('table', () => {
  it('sets columns as wide as their widest cell and numbers to the right', () => {
    const rows = [
      { name: 'Produce', count: 5 },
      { name: 'ApiVersions', count: 12_345 },
    ];
    const lines = table(
      [
        { title: 'API', cell: (row: (typeof rows)[number]) => row.name },
        { title: 'N', right: true, cell: (row) => String(row.count) },
      ],
      rows,
    );
    expect(lines).toEqual(['  API              N', '  Produce          5', '  ApiVersions  12345']);
  });
});
