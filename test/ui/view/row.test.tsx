import { Box, renderToString } from 'ink';
import { expect, it } from 'vitest';
import { Row } from '../../../ui/view/row.tsx';

it('a row is one row: empty, too long or coloured', () => {
  const rows = ['', 'x'.repeat(50), '\u001b[31mred\u001b[39m'];
  const output = renderToString(
    <Box flexDirection="column" width={10}>
      {rows.map((text) => (
        <Row key={text} text={text} />
      ))}
    </Box>,
    { columns: 10 },
  );
  expect(output.split('\n')).toEqual(['', 'xxxxxxxxx…', '\u001b[31mred\u001b[39m']);
});
