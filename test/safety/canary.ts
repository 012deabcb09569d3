import { createHash } from 'node:crypto';

/**
 * Canaries: texts that stand for secrets. They share no eight characters with each other or with anything harmless,
 * so that a piece of one that gets out is found as surely as the whole.
 */

/** Characters of a canary; a leak of 15 of them in a row holds one of the windows that are looked for. */
const canaryCharacters = 24;
const windowCharacters = 8;

/** The canary of a place: always the same for the same name. */
export function canaryFor(place: string): string {
  const digest = createHash('sha256').update(place).digest('base64').replaceAll(/[+/=]/g, 'x');
  return `Zq${digest.slice(0, canaryCharacters - 2)}`;
}

/** Characters of the base64 of `bytes` that do not depend on what stands before and behind, for all alignments. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const text = padded.toString('base64').replaceAll('=', '');
    const whole = Math.floor((padded.length * 8) / 6);
    return text.slice(Math.ceil((before * 8) / 6), whole);
  });
}

/** A canary with every form in which it may be met. */
export interface Canary {
  readonly text: string;
  /** Forms of bytes: raw and UTF-16, as latin1; base64 with the standard alphabet. */
  readonly exact: readonly string[];
  /** Lower-case hex digits without separators. */
  readonly hex: readonly string[];
}

/** Every form of a canary: UTF-8, UTF-16LE and UTF-16BE; each raw, in base64 at the three alignments, in hex. */
export function canaryForms(text: string): Canary {
  const exact: string[] = [];
  const hex: string[] = [];
  for (let at = 0; at + windowCharacters <= text.length; at += windowCharacters) {
    const window = text.slice(at, at + windowCharacters);
    const littleEndian = Buffer.from(window, 'utf16le');
    // Without the outer zero both byte orders are the same bytes.
    for (const bytes of [Buffer.from(window), littleEndian.subarray(0, -1)]) {
      exact.push(bytes.toString('latin1'), ...base64Cores(bytes));
      hex.push(bytes.toString('hex'));
    }
  }
  return { text, exact, hex };
}

/** Something that got out, prepared for many searches. */
export class Output {
  readonly #exact: string;
  readonly #hex: string;

  constructor(output: string | Uint8Array) {
    const latin1 = (typeof output === 'string' ? Buffer.from(output) : Buffer.from(output)).toString('latin1');
    // base64url and JSON's escaped NULs are the same letters in other clothes.
    this.#exact = latin1.replaceAll('-', '+').replaceAll('_', '/').replaceAll('\\u0000', '\0');
    this.#hex = latin1.toLowerCase().replaceAll(/[\s:,.[\]]|0x|\\x/g, '');
  }

  /** Tells whether any form of the canary is in it. */
  holds(canary: Canary): boolean {
    return (
      canary.exact.some((form) => this.#exact.includes(form)) || canary.hex.some((form) => this.#hex.includes(form))
    );
  }
}
