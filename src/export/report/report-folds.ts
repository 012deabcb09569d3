import type { EngineEvent } from '../../exchange/event.ts';
import { Clusters, clusterBrokersMax, clustersMax } from '../../insight/clusters.ts';
import { Connections, connectionRowsMax } from '../../insight/connections.ts';
import { Groups } from '../../insight/groups.ts';
import { SlowestExchanges } from '../../insight/slowest.ts';
import { Throttling } from '../../insight/throttling.ts';
import { Topics } from '../../insight/topics.ts';
import { topicsPerExchangeMax } from '../../protocol/walk.ts';
import { countText } from '../quantity-text.ts';
import type { ReportFacts } from './report-facts.ts';

type Folded = Pick<ReportFacts, 'slowest' | 'topics' | 'groups' | 'throttling' | 'connections' | 'clusters' | 'notes'>;

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
      notes: this.#notes(),
    };
  }

  #notes(): Readonly<Record<string, string>> {
    const notes: Record<string, string> = {};
    const { exchangesPartlyCounted } = this.#topics;
    if (exchangesPartlyCounted > 0) {
      notes.topics = `Of ${countText(exchangesPartlyCounted)} exchanges about more than ${topicsPerExchangeMax} topics only the first ${topicsPerExchangeMax} count here.`;
    }
    const { omitted } = this.#connections;
    if (omitted > 0) {
      notes.connections = `Only the first ${countText(connectionRowsMax)} connections have a row; ${countText(omitted)} exchanges of others are not here.`;
    }
    const { omittedClusters, omittedBrokers } = this.#clusters;
    if (omittedClusters + omittedBrokers > 0) {
      notes.clusters = `Only the first ${countText(clustersMax)} clusters and ${countText(clusterBrokersMax)} brokers of each are kept: ${countText(omittedClusters)} answers named other clusters, ${countText(omittedBrokers)} times other brokers were named.`;
    }
    return notes;
  }
}
