import type { EngineEvent } from '../exchange/event.ts';
import type { CompiledFilter } from '../filter/compile.ts';
import { commandFilterContext } from './filter-flag.ts';

/** Watches for `--fail-on`: remembers the first exchange that matched and how many did. */
export class FailOn {
  readonly #filter: CompiledFilter;
  matched = 0;
  firstSeq: number | null = null;

  constructor(filter: CompiledFilter) {
    this.#filter = filter;
  }

  readonly take = (event: EngineEvent): void => {
    if (event.kind !== 'completed' || !this.#filter.matches(event.exchange, commandFilterContext(event.exchange)))
      return;
    this.matched += 1;
    this.firstSeq ??= event.exchange.seq;
  };
}

/** Passes completed exchanges on only when they match; without a filter everything passes. */
export function whenMatching(
  filter: CompiledFilter | null,
  take: (event: EngineEvent) => void,
): (event: EngineEvent) => void {
  if (filter === null) return take;
  return (event) => {
    if (event.kind === 'event' || filter.matches(event.exchange, commandFilterContext(event.exchange))) take(event);
  };
}
