import { X509Certificate } from 'node:crypto';
import { brokerEndpoint } from '../protocol/locate-addresses.ts';
import type { AdvertisePattern } from './advertise-pattern.ts';

/** A node id no cluster has: only a wildcard covers its name. */
const strangeNodeId = 2_147_483_646;

/**
 * Says which names of a pattern a given certificate (`--tls-cert`) is good for. Clients verify the name they connect
 * to, so that one which is not covered shows only as their refusal, far from here.
 */
export class CertificateCover {
  readonly #certificate: X509Certificate;
  readonly #pattern: AdvertisePattern;
  readonly #warned = new Set<string>();

  /** `pem` may be a chain: the first certificate in it is the server's. */
  constructor(pem: string, pattern: AdvertisePattern) {
    this.#certificate = new X509Certificate(pem);
    this.#pattern = pattern;
  }

  /** A sentence where the certificate holds no name of the pattern at all; null when it holds some or all. */
  warning(): string | null {
    if (this.#covers(this.#pattern.hostOf(brokerEndpoint, strangeNodeId)) || this.#listsSome()) return null;
    const { text } = this.#pattern;
    const wildcard = `*${text.slice(text.indexOf('.'))}`;
    return `The certificate of --tls-cert holds no name of --advertise-pattern ${text}, so clients that verify names will refuse every broker; use one for ${wildcard}, or --tls-auto. It holds: ${this.#names()}.`;
  }

  /** A sentence, once for each name, where the certificate does not hold the name of a broker; null when it does. */
  warningFor(host: string): string | null {
    if (this.#covers(host) || this.#warned.has(host)) return null;
    this.#warned.add(host);
    return `The certificate of --tls-cert does not hold ${host}, so clients that verify names will refuse that broker; add the name, or use --tls-auto. It holds: ${this.#names()}.`;
  }

  #covers(host: string): boolean {
    return this.#certificate.checkHost(host) !== undefined;
  }

  /** True when node names are listed one by one. */
  #listsSome(): boolean {
    return this.#names()
      .split(', ')
      .some((name) => this.#pattern.nodeOf(name) !== null);
  }

  #names(): string {
    const names = (this.#certificate.subjectAltName ?? '').replaceAll('DNS:', '').replaceAll('IP Address:', '');
    return names === '' ? 'no names' : names;
  }
}
