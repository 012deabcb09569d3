import { Text } from 'ink';
import { memo } from 'react';

/** One row of the screen: a finished string. A blank keeps the height of an empty row. */
export const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap="truncate-end">{text === '' ? ' ' : text}</Text>;
});
