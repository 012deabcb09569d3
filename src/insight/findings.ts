import type { Diagnosis, Finding } from './finding.ts';

/** Distinct findings kept; a network scan makes new ones without end. */
export const findingsMax = 500;

interface Counted extends Diagnosis {
  count: number;
  firstUs: number;
  lastUs: number;
}

/** Host of `ip:port`: a client comes from another port each time and is the same client. */
export function hostOf(address: string | null): string {
  if (address === null) return '';
  const colon = address.lastIndexOf(':');
  return colon < 0 ? address : address.slice(0, colon);
}

/** Gathers diagnoses into findings: the same word about the same client and broker is one row that counts. */
export class Findings {
  readonly #rows = new Map<string, Counted>();
  #omitted = 0;

  /** Distinct findings that did not fit in. */
  get omitted(): number {
    return this.#omitted;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Counts a diagnosis. Returns how often it was made by now; 0 when there is no room for it. */
  add(diagnosis: Diagnosis): number {
    const key = `${diagnosis.finding} ${hostOf(diagnosis.client)} ${diagnosis.broker ?? ''}`;
    const known = this.#rows.get(key);
    const count = (known?.count ?? 0) + 1;
    if (known === undefined && this.#rows.size >= findingsMax) {
      this.#omitted += 1;
      return 0;
    }
    const firstUs = known?.firstUs ?? diagnosis.atUs;
    this.#rows.set(key, { ...diagnosis, count, firstUs, lastUs: diagnosis.atUs });
    return count;
  }

  /** Distinct findings by severity. */
  counts(): { readonly errors: number; readonly warnings: number } {
    let errors = 0;
    for (const { severity } of this.#rows.values()) if (severity === 'error') errors += 1;
    return { errors, warnings: this.#rows.size - errors };
  }

  /** All findings: errors first, then the newest. */
  list(): readonly Finding[] {
    return [...this.#rows.values()]
      .sort((a, b) => rank(a) - rank(b) || b.lastUs - a.lastUs)
      .map(({ finding, severity, message, client, broker, connection, count, firstUs, lastUs }) => ({
        finding,
        severity,
        message,
        client,
        broker,
        connection,
        count,
        firstUs,
        lastUs,
      }));
  }
}

function rank({ severity }: Diagnosis): number {
  return severity === 'error' ? 0 : 1;
}
