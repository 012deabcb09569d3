import type { EngineEvent } from '../../exchange/event.ts';
import { Clusters } from '../../insight/clusters.ts';
import { Connections } from '../../insight/connections.ts';
import { Groups } from '../../insight/groups.ts';
import { SlowestExchanges } from '../../insight/slowest.ts';
import { Throttling } from '../../insight/throttling.ts';
import { Topics } from '../../insight/topics.ts';
import type { ReportFacts } from './report-facts.ts';

type Folded = Pick<ReportFacts, 'slowest' | 'topics' | 'groups' | 'throttling' | 'connections' | 'clusters'>;

/** All folds that the report's tables are made from, as one. */
export class ReportFolds {
  readonly #slowest: SlowestExchanges;
  readonly #topics = new Topics();
  readonly #groups = new Groups();
  readonly #throttling = new Throttling();
  readonly #connections = new Connections();
  readonly #clusters = new Clusters();

  /** `slowestMax`: how many of the slowest exchanges are kept. */
  constructor(slowestMax: number) {
    this.#slowest = new SlowestExchanges(slowestMax);
  }

  readonly take = (event: EngineEvent): void => {
    this.#connections.take(event);
    if (event.kind !== 'completed') return;
    this.#slowest.take(event);
    this.#topics.take(event);
    this.#groups.take(event);
    this.#throttling.take(event);
    this.#clusters.take(event);
  };

  /** What was folded so far. */
  facts(): Folded {
    return {
      slowest: this.#slowest.list(),
      topics: this.#topics.list(),
      groups: this.#groups.list(),
      throttling: this.#throttling.list(),
      connections: this.#connections.list(),
      clusters: this.#clusters.list(),
    };
  }
}
