import { readFileSync, writeFileSync } from 'node:fs';
import { keymapMarkdown } from '../../ui/model/keymap.ts';

/** The README's table of keys, made from the one list that the screen itself uses. */
export function withKeys(readme: string): string {
  const start = '<!-- keys -->';
  const end = '<!-- /keys -->';
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error('README.md has lost its markers for the table of keys');
  const table = `\n<details><summary>Keys</summary>\n\n${keymapMarkdown()}\n</details>\n`;
  return `${readme.slice(0, from + start.length)}${table}${readme.slice(to)}`;
}

if (import.meta.main) {
  const path = new URL('../../README.md', import.meta.url);
  writeFileSync(path, withKeys(readFileSync(path, 'utf8')));
}
