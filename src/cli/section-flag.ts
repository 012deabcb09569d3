import { InvalidArgumentError } from 'commander';
import { reportSections } from '../export/report/sections.ts';

/** Reads `--section a,b`: names of sections, in the order wanted. */
export function parseSections(text: string): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known = reportSections.map(({ name }) => name);
  if (names.length === 0) throw new InvalidArgumentError(`name at least one of ${known.join(', ')}.`);
  if (names.includes('all')) return known;
  for (const name of names) {
    if (!known.includes(name)) {
      throw new InvalidArgumentError(`there is no section "${name}"; there are ${known.join(', ')} and all.`);
    }
  }
  return [...new Set(names)];
}
