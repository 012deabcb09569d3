import type { LimitCounter } from '../limits.ts';

/** The lines of a key log that decrypting needs; `CLIENT_RANDOM` is TLS 1.2's master secret. */
export type SecretLabel =
  | 'CLIENT_RANDOM'
  | 'CLIENT_EARLY_TRAFFIC_SECRET'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0';

const labels: ReadonlySet<string> = new Set<SecretLabel>([
  'CLIENT_RANDOM',
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
]);

const linePattern = /^([A-Z0-9_]+) ([0-9a-fA-F]{64}) ([0-9a-fA-F]{64}(?:[0-9a-fA-F]{32})?)$/;

/** `secretsType` of a pcapng block that holds a key log. */
export const keyLogSecretsType = 0x544c534b;

/**
 * Secrets of TLS sessions by the random of their ClientHello, as SSLKEYLOGFILE has them (draft-ietf-tls-keylogfile).
 * Lines of other kinds are stepped over; a damaged line costs itself.
 */
export class KeyLog {
  /** Secrets at hand; a line that comes twice counts once. */
  lines = 0;
  readonly #byRandom = new Map<string, Map<string, Uint8Array>>();
  readonly #secretsMax: number;
  readonly #counter: LimitCounter;

  constructor(secretsMax: number, counter: LimitCounter) {
    this.#secretsMax = secretsMax;
    this.#counter = counter;
  }

  /** Takes the text of a key log. */
  add(text: string): void {
    for (const line of text.split('\n')) {
      const found = linePattern.exec(line.trim());
      if (found === null) continue;
      const [, label = '', random = '', secret = ''] = found;
      if (!labels.has(label)) continue;
      this.#keep(label, random.toLowerCase(), Buffer.from(secret, 'hex'));
    }
  }

  /** A secret of the connection whose ClientHello had this random; null when it is not in the log. */
  find(label: SecretLabel, clientRandom: Uint8Array): Uint8Array | null {
    return this.#byRandom.get(Buffer.from(clientRandom).toString('hex'))?.get(label) ?? null;
  }

  /** True when any line is about this ClientHello. */
  knows(clientRandom: Uint8Array): boolean {
    return this.#byRandom.has(Buffer.from(clientRandom).toString('hex'));
  }

  #keep(label: string, random: string, secret: Uint8Array): void {
    let secrets = this.#byRandom.get(random);
    if (secrets === undefined) {
      if (this.#byRandom.size >= this.#secretsMax) {
        this.#counter.reached('tlsSessionsMax');
        return;
      }
      secrets = new Map();
      this.#byRandom.set(random, secrets);
    }
    if (!secrets.has(label)) this.lines += 1;
    secrets.set(label, secret);
  }
}
