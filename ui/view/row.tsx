import { Text, Transform, useIsScreenReaderEnabled } from 'ink';
import { memo } from 'react';

/**
 * One row of the screen: a finished string, already cut to the width of the screen. Ink measures the text of every row
 * on every commit, changed or not, and signs beyond ASCII make that slow; so it gets a blank to measure, and the row
 * itself as a transformation of that blank. A screen reader hears no transformations: for it the row is plain text.
 */
export const Row = memo(function Row({ text }: { readonly text: string }) {
  const isHeard = useIsScreenReaderEnabled();
  if (isHeard) return <Text wrap="truncate-end">{text === '' ? ' ' : text}</Text>;
  return (
    <Transform transform={() => text}>
      <Text> </Text>
    </Transform>
  );
});
