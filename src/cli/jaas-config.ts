/** The one login module of a client's `sasl.jaas.config`. */
export interface JaasModule {
  /** Class name without its package, `PlainLoginModule`. */
  readonly name: string;
  readonly options: ReadonlyMap<string, string>;
}

/** Escapes within quotes, as Java's StreamTokenizer reads them. */
const named: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const flags = new Set(['required', 'requisite', 'sufficient', 'optional']);

interface Token {
  readonly text: string;
  readonly kind: 'word' | 'quoted' | 'mark';
}

/**
 * Reads `package.SomeLoginModule required name="value" …;`. Answers a sentence when it is not of that form; it names
 * what is missing and repeats nothing, since any piece may be a password.
 */
export function parseJaasConfig(text: string): JaasModule | string {
  const tokens = tokensOf(text);
  if (typeof tokens === 'string') return tokens;
  const [module, flag] = tokens;
  if (module === undefined || module.kind !== 'word') return 'it must begin with the name of a login module';
  if (flag === undefined || !flags.has(flag.text.toLowerCase())) {
    return 'behind the login module one of required, requisite, sufficient or optional is expected';
  }
  const options = new Map<string, string>();
  let at = 2;
  for (; at < tokens.length && !isMark(tokens[at], ';'); at += 3) {
    const [key, equals, value] = tokens.slice(at, at + 3);
    if (key === undefined || key.kind === 'mark' || !isMark(equals, '=') || value === undefined) {
      return 'options of the form name="value" are expected behind the control flag';
    }
    if (value.kind === 'mark') return `the option ${key.text} has no value`;
    options.set(key.text, value.text);
  }
  if (at >= tokens.length) return 'the semicolon at its end is missing';
  if (at + 1 < tokens.length) return 'it holds more than one login module; a client has one';
  return { name: module.text.slice(module.text.lastIndexOf('.') + 1), options };
}

function isMark(token: Token | undefined, text: string): boolean {
  return token !== undefined && token.kind === 'mark' && token.text === text;
}

function tokensOf(text: string): readonly Token[] | string {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? '';
    if (/\s/.test(character)) at += 1;
    else if (character === '"' || character === "'") {
      const read = quotedAt(text, at);
      if (read === null) return 'a quote is not closed';
      tokens.push({ kind: 'quoted', text: read.text });
      at = read.end;
    } else if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? text.length : end + 2;
    } else if (character === '=' || character === ';') {
      tokens.push({ kind: 'mark', text: character });
      at += 1;
    } else {
      const end = text.slice(at).search(/[\s=;"']/);
      const until = end < 0 ? text.length : at + end;
      tokens.push({ kind: 'word', text: text.slice(at, until) });
      at = until;
    }
  }
  return tokens;
}

function quotedAt(text: string, start: number): { text: string; end: number } | null {
  const quote = text[start];
  let plain = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === quote) return { text: plain, end: at + 1 };
    if (character !== '\\') {
      plain += character;
      continue;
    }
    at += 1;
    const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(text.slice(at, at + 3))?.[0];
    if (octal === undefined) plain += named[text[at] ?? ''] ?? text[at] ?? '';
    else {
      plain += String.fromCharCode(Number.parseInt(octal, 8));
      at += octal.length - 1;
    }
  }
  return null;
}
