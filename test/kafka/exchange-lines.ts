/** One side of an exchange line. */
export interface MessageLine {
  readonly sizeBytes: number;
  readonly header: unknown;
  readonly body: unknown;
  readonly opaque: { readonly reason: string; readonly detail: string } | null;
}

/** The fields of `kafka-scope/exchange@1` that the suite reads. */
export interface ExchangeLine {
  readonly seq: number;
  readonly status: string;
  readonly connection: {
    readonly id: number;
    readonly client: string;
    readonly broker: string;
    readonly tls: { readonly version: string | null; readonly cipher: string | null } | null;
    readonly sasl: { readonly mechanism: string } | null;
    readonly principal: string | null;
  };
  readonly client: { readonly id: string | null; readonly software: string | null };
  readonly api: { readonly key: number | null; readonly name: string | null; readonly version: number | null };
  readonly correlationId: number | null;
  readonly request: MessageLine | null;
  readonly response: MessageLine | null;
  readonly errors: readonly { readonly code: number; readonly name: string; readonly path: string }[];
  readonly records: { readonly count: number } | null;
  readonly tags: readonly string[];
}

/** `kafka-scope/event@1`. */
export interface EventLine {
  readonly kind: string;
  readonly connection: number | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** The fields of `kafka-scope/summary@1` that the suite reads. */
export interface SummaryLine {
  readonly exchanges: Readonly<Record<string, number>>;
  readonly byApi: Readonly<Record<string, Readonly<Record<string, { readonly requests: number }>>>>;
  readonly requests: number;
  readonly opaque: Readonly<Record<string, number>>;
  readonly notKafka: number;
  readonly dropped: number;
  /** What was forwarded and counted without being looked at. */
  readonly skipped: { readonly requests: number; readonly responses: number };
}

/** Everything a run printed on stdout, sorted by schema. `unreadable` lines break the contract. */
export class OutputLines {
  readonly exchanges: ExchangeLine[] = [];
  readonly events: EventLine[] = [];
  readonly unreadable: string[] = [];
  /** Starts of lines in which a secret stands. */
  readonly leaks: string[] = [];
  summary: SummaryLine | null = null;
  readonly #secretForms: readonly string[];
  #rest = '';

  constructor(secretForms: readonly string[] = []) {
    this.#secretForms = secretForms;
  }

  /** Whether one of the secrets stands in a text, in any of its forms. */
  holdsSecret(text: string): boolean {
    return this.#secretForms.some((form) => text.includes(form));
  }

  /** Takes the next piece of stdout. */
  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#take(line);
    }
  }

  #take(line: string): void {
    if (this.holdsSecret(line)) {
      this.leaks.push(line.slice(0, 200));
    }
    let value: { readonly schema?: string };
    try {
      value = JSON.parse(line);
    } catch {
      this.unreadable.push(line);
      return;
    }
    if (value.schema === 'kafka-scope/exchange@1') {
      this.exchanges.push(value as unknown as ExchangeLine);
    } else if (value.schema === 'kafka-scope/event@1') {
      this.events.push(value as unknown as EventLine);
    } else if (value.schema === 'kafka-scope/summary@1') {
      this.summary = value as unknown as SummaryLine;
    } else {
      this.unreadable.push(line);
    }
  }
}
