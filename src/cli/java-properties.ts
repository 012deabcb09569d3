/** One entry of a file: `line` is the number of its first line, from 1. */
export interface Property {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** A line that cannot be read. */
export interface PropertyMistake {
  readonly line: number;
  readonly message: string;
}

const isBlank = (character: string | undefined): boolean =>
  character === ' ' || character === '\t' || character === '\f';

/**
 * Entries of a file as `java.util.Properties` reads it: `=`, `:` or blanks between key and value, `\` at the end of a
 * line goes on with the next, escapes `\t \n \r \f \uXXXX`, any other escaped character stands for itself.
 */
export function parseJavaProperties(text: string): { entries: Property[]; mistakes: PropertyMistake[] } {
  const entries: Property[] = [];
  const mistakes: PropertyMistake[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    let logical = trimStart(lines[index] ?? '');
    if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue;
    while (endsOpen(logical)) {
      logical = logical.slice(0, -1);
      if (index + 1 >= lines.length) break;
      index += 1;
      logical += trimStart(lines[index] ?? '');
    }
    const entry = split(logical);
    const key = withoutEscapes(entry.key);
    const value = withoutEscapes(entry.value);
    if (key === null || value === null) {
      mistakes.push({ line, message: '\\u must be followed by four hexadecimal digits' });
    } else {
      entries.push({ key, value, line });
    }
  }
  return { entries, mistakes };
}

/**
 * Entries of a file as kcat reads it: `key=value`, blanks around cut off, `\:` and `\=` tolerated for files that came
 * from Java, no other escape and no continuation.
 */
export function parseKcatConfig(text: string): { entries: Property[]; mistakes: PropertyMistake[] } {
  const entries: Property[] = [];
  const mistakes: PropertyMistake[] = [];
  for (const [index, each] of text.split(/\r\n|\n|\r/).entries()) {
    const line = each.trim().replaceAll('\\:', ':').replaceAll('\\=', '=');
    if (line === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    if (at <= 0) mistakes.push({ line: index + 1, message: 'expected key=value' });
    else entries.push({ key: line.slice(0, at).trim(), value: line.slice(at + 1).trim(), line: index + 1 });
  }
  return { entries, mistakes };
}

function trimStart(text: string): string {
  let at = 0;
  while (isBlank(text[at])) at += 1;
  return text.slice(at);
}

/** An odd number of backslashes at the end: the last one is not escaped itself. */
function endsOpen(text: string): boolean {
  let backslashes = 0;
  while (text[text.length - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** Cuts a logical line behind its key; both halves are still escaped. */
function split(text: string): { key: string; value: string } {
  let end = 0;
  while (end < text.length && text[end] !== '=' && text[end] !== ':' && !isBlank(text[end])) {
    end += text[end] === '\\' ? 2 : 1;
  }
  let start = Math.min(end, text.length);
  while (isBlank(text[start])) start += 1;
  if (text[start] === '=' || text[start] === ':') start += 1;
  while (isBlank(text[start])) start += 1;
  return { key: text.slice(0, end), value: text.slice(start) };
}

const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function withoutEscapes(text: string): string | null {
  if (!text.includes('\\')) return text;
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '\\') {
      plain += text[at];
      continue;
    }
    at += 1;
    const escaped = text[at] ?? '';
    if (escaped === 'u') {
      const digits = text.slice(at + 1, at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) return null;
      plain += String.fromCharCode(Number.parseInt(digits, 16));
      at += 4;
    } else {
      plain += named[escaped] ?? escaped;
    }
  }
  return plain;
}
