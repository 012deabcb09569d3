import { createPrivateKey } from 'node:crypto';

/** A block of a PEM text, such as a certificate; `text` has line ends where every reader wants them. */
interface PemBlock {
  readonly label: string;
  readonly text: string;
}

const blockPattern = /-+BEGIN ([A-Z0-9 ]+?)-+([\s\S]*?)-+END \1-+/g;
const headerPattern = /^\s*((?:[A-Za-z-]+:[^\n]*\n\s*)*)/;
const base64LineCharacters = 64;

/**
 * The blocks of a PEM text. Java takes one whose lines are joined by blanks, as a properties file often has it, while
 * OpenSSL does not: the base64 is broken into lines anew.
 */
function blocksOf(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label = '', body = ''] of text.replaceAll('\r\n', '\n').matchAll(blockPattern)) {
    const headers = headerPattern.exec(body)?.[1] ?? '';
    const base64 = body.slice(body.indexOf(headers) + headers.length).replaceAll(/\s+/g, '');
    const lines = base64.match(new RegExp(`.{1,${base64LineCharacters}}`, 'g')) ?? [];
    const head = headers === '' ? '' : `${headers.replaceAll(/\n\s*/g, '\n').trimEnd()}\n\n`;
    blocks.push({ label, text: `-----BEGIN ${label}-----\n${head}${lines.join('\n')}\n-----END ${label}-----\n` });
  }
  return blocks;
}

/** All certificates of a PEM text, one behind the other; empty when there is none. */
export function certificatesOf(text: string): string {
  return blocksOf(text)
    .filter(({ label }) => label.endsWith('CERTIFICATE'))
    .map((block) => block.text)
    .join('');
}

/**
 * The private key of a PEM text without its encryption. Answers a word for what is wrong: the text of Node's error
 * stays out, since it may hold pieces of the key.
 */
export function privateKeyOf(
  text: string,
  password: string | null,
): { readonly key: string } | { readonly wrong: 'none' | 'password-missing' | 'unreadable' } {
  const block = blocksOf(text).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) return { wrong: 'none' };
  const encrypted = block.label.startsWith('ENCRYPTED') || block.text.includes('ENCRYPTED');
  if (!encrypted) return { key: block.text };
  if (password === null) return { wrong: 'password-missing' };
  try {
    const key = createPrivateKey({ key: block.text, passphrase: password });
    return { key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
  } catch {
    return { wrong: 'unreadable' };
  }
}
