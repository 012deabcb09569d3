import type { MechanismStep, SaslMechanism } from './mechanism.ts';

/** PLAIN (RFC 4616): `NUL user NUL password` in UTF-8, unprepared, as Kafka's own client sends it. */
export class PlainMechanism implements SaslMechanism {
  readonly name = 'PLAIN';
  readonly secrets: readonly string[];
  readonly #token: Uint8Array;

  constructor(username: string, password: string) {
    this.secrets = [password];
    this.#token = Buffer.from(`\0${username}\0${password}`, 'utf8');
  }

  first(): Uint8Array {
    return this.#token;
  }

  answered(): MechanismStep {
    return { kind: 'done' };
  }

  derived(): MechanismStep {
    return { kind: 'refused', detail: 'PLAIN derives no key' };
  }
}
