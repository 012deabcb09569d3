import type { BrokerBinding, BrokerRoutesHandler } from './broker-routes.ts';
import { Listener, type ListenerOpener } from './listener.ts';
import { OwnProbe } from './own-probe.ts';
import type { ProbeResult } from './probe.ts';
import type { NodeDirectory } from './upstream-route.ts';

/** What a proxy knows of its cluster, from its start to its end. */
export interface Directory extends NodeDirectory {
  /** The look at start; never rejects. */
  start(): Promise<ProbeResult>;
  /** Looks no more. */
  stop(): void;
}

/**
 * Where a proxy is one of several that serve the same ports in threads of their own: what they share. One leads (it
 * looks at the cluster and chooses ports), the others follow (they serve clients).
 */
export interface ProxyShare {
  readonly openListener: ListenerOpener;
  /** The name under which the leader asks its upstream; all must know it again. */
  readonly ownProbe: OwnProbe;
  /** Share of the frequent requests there is room for where what is shown goes, 0 … 1; null: for all. */
  readonly lookRoom: (() => number) | null;
  /** Where the cluster is known from, for one that follows; null: this proxy looks itself and tells of it. */
  readonly follow: ((handler: BrokerRoutesHandler) => Directory) | null;
  /** A number that no other connection of the run has. */
  nextConnectionId(): number;
  /** Connections the others hold now; `own` is how many this one holds. */
  othersOpen(own: number): number;
  /** Where a leader knows the cluster from; told once, at its start. */
  leads(directory: Directory): void;
  /** A broker has its port or name, or another address than before. */
  bindingChanged(binding: BrokerBinding): void;
  /** A client's first bytes were our own question. */
  noteLoop(): void;
  /** True once that happened to any of them. */
  looped(): boolean;
}

/** The share of a proxy that stands alone. */
export function wholeProxy(): ProxyShare {
  let lastId = 0;
  let isLoop = false;
  return {
    openListener: Listener.open,
    ownProbe: new OwnProbe(),
    lookRoom: null,
    follow: null,
    nextConnectionId: () => {
      lastId += 1;
      return lastId;
    },
    othersOpen: () => 0,
    leads: () => undefined,
    bindingChanged: () => undefined,
    noteLoop: () => {
      isLoop = true;
    },
    looped: () => isLoop,
  };
}
