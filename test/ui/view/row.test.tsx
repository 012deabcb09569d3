import { Box, renderToString } from 'ink';
import { expect, it } from 'vitest';
import { Row } from '../../../ui/view/row.tsx';

it('a row is one row as it was painted: empty, full of signs or coloured', () => {
  const rows = ['', '▸ ✓ 数据', '\u001b[31mred\u001b[39m'];
  const output = renderToString(
    <Box flexDirection="column" width={10}>
      {rows.map((text) => (
        <Row key={text} text={text} />
      ))}
    </Box>,
    { columns: 10 },
  );
  expect(output.split('\n')).toEqual(['', '▸ ✓ 数据', '\u001b[31mred\u001b[39m']);
});

it('shows another text in its place', () => {
  const output = (text: string) => renderToString(<Row text={text} />, { columns: 10 });
  expect([output('one'), output('two'), output('')]).toEqual(['one', 'two', '']);
});
