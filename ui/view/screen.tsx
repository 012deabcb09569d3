import { Box } from 'ink';
import { frameRows, type PaintedFrame } from './painted-frame.ts';
import { Row } from './row.tsx';

/** The whole screen: a column of rows, no box and no component per cell. */
export function Screen({ frame }: { readonly frame: PaintedFrame }) {
  return (
    <Box flexDirection="column" width={frame.columns}>
      {frameRows(frame).map((text, index) => (
        // A row is its place on the screen: rows never move, their text does.
        <Row key={`row-${index.toString()}`} text={text} />
      ))}
    </Box>
  );
}
