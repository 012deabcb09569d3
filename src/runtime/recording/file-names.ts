import { basename, dirname, extname, join } from 'node:path';

const digitsMin = 4;

/** `incident.pcapng`, file 3 → `incident-0003.pcapng`. Numbers beyond 9999 just get longer. */
export function numberedName(path: string, number: number): string {
  const extension = extname(path);
  const stem = basename(path, extension);
  return join(dirname(path), `${stem}-${String(number).padStart(digitsMin, '0')}${extension}`);
}

/** The names in `names` (of one folder) that `numberedName` makes of `path`. */
export function numberedFiles(path: string, names: readonly string[]): string[] {
  const extension = extname(path);
  const stem = `${basename(path, extension)}-`;
  return names.filter((name) => {
    if (!name.startsWith(stem) || !name.endsWith(extension)) return false;
    const digits = name.slice(stem.length, name.length - extension.length);
    return digits.length >= digitsMin && /^\d+$/.test(digits);
  });
}
