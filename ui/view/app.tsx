import { useInput, usePaste } from 'ink';
import { useSyncExternalStore } from 'react';
import { type KeyPress, keyPresses } from '../model/key-name.ts';
import type { PaintedFrame } from './painted-frame.ts';
import { Screen } from './screen.tsx';

/** What the app needs of the controller. */
export interface AppPort {
  subscribe(changed: () => void): () => void;
  frame(): PaintedFrame;
  press(press: KeyPress): void;
  paste(text: string): void;
}

/** Root of the tree: keys in, frames out. State lives outside of React, so that a tick without news costs nothing. */
export function App({ port }: { readonly port: AppPort }) {
  const frame = useSyncExternalStore(port.subscribe, port.frame);
  useInput((input, key) => {
    for (const press of keyPresses(input, key)) port.press(press);
  });
  usePaste((text) => port.paste(text));
  return <Screen frame={frame} />;
}
