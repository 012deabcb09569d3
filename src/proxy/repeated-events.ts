import type { EventDetail } from './event-detail.ts';

/** Shortest time between two events of the same kind and API on one connection. */
const tellEveryUs = 1_000_000;

interface Kind {
  readonly event: string;
  readonly apiKey: unknown;
  toldUs: number;
  /** Happened since it was told last. */
  times: number;
  detail: EventDetail;
}

/**
 * Events that may come with every response of a connection: the first is told at once, then at most one a second,
 * which says how many times (`times`) it stands for. Kinds are few: three events, and APIs that name brokers.
 */
export class RepeatedEvents {
  readonly #tell: (event: string, detail: EventDetail) => void;
  readonly #kinds: Kind[] = [];

  constructor(tell: (event: string, detail: EventDetail) => void) {
    this.#tell = tell;
  }

  /** It happened at `atUs`; kinds are told apart by `detail.apiKey`. */
  note(event: string, detail: EventDetail, atUs: number): void {
    const kind = this.#kindOf(event, detail);
    if (kind === undefined) {
      this.#kinds.push({ event, apiKey: detail.apiKey, toldUs: atUs, times: 0, detail });
      this.#tell(event, detail);
      return;
    }
    kind.times += 1;
    kind.detail = detail;
    if (atUs - kind.toldUs < tellEveryUs) return;
    kind.toldUs = atUs;
    this.#flush(kind);
  }

  /** Tells what has not been told yet. */
  flush(): void {
    for (const kind of this.#kinds) this.#flush(kind);
  }

  #kindOf(event: string, { apiKey }: EventDetail): Kind | undefined {
    for (const kind of this.#kinds) if (kind.event === event && kind.apiKey === apiKey) return kind;
    return undefined;
  }

  #flush(kind: Kind): void {
    if (kind.times === 0) return;
    const { event, detail, times } = kind;
    kind.times = 0;
    this.#tell(event, times === 1 ? detail : { ...detail, times });
  }
}
