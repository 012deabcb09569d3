import { availableParallelism } from 'node:os';
import type { PathFacts } from '../../metrics/path-facts.ts';
import { type BrokerBinding, nodeKey } from '../../proxy/broker-routes.ts';
import { nowUs } from '../../proxy/clock.ts';
import type { ProxyObserver } from '../../proxy/connection-context.ts';
import type { HostPort } from '../../proxy/host-port.ts';
import { Listener, type ListenerOpener, type OpenListener } from '../../proxy/listener.ts';
import { OwnProbe } from '../../proxy/own-probe.ts';
import type { ProbeResult } from '../../proxy/probe.ts';
import { type RunningProxy, startProxy } from '../../proxy/proxy.ts';
import { ProxyError } from '../../proxy/proxy-error.ts';
import type { ProxyOptions } from '../../proxy/proxy-options.ts';
import { type Directory, type ProxyShare, wholeProxy } from '../../proxy/proxy-share.ts';
import type { TimeoutCause } from '../../proxy/timeouts.ts';
import { newRingMemory } from './byte-ring.ts';
import { ObservationPump } from './observation-pump.ts';
import { ObservationReader } from './observation-reader.ts';
import { retiredFacts, sumPathFacts } from './path-facts-sum.ts';
import { newStateMemory, SharedState } from './shared-state.ts';
import { type MemberHost, type StartThread, startWorkerThread, TeamMember } from './team-member.ts';
import type { ThreadReport } from './types.ts';

/** Observations of each thread that wait to be looked at: beyond half of this a thread looks at nothing new. */
const ringBytesDefault = 32 * 1024 * 1024;

/** Pause before a thread that failed is started again; doubled each time it fails within `steadyMs` of its start. */
const restartPauseMs = 100;
const restartPauseMsMax = 10_000;
const steadyMs = 10_000;

/** How much longer than its drain a thread may take before it is ended. */
const endGraceMs = 5_000;

export interface TeamOptions {
  /** Threads that serve clients, 1 or more. */
  readonly workers: number;
  readonly ringBytes?: number;
  readonly startThread?: StartThread;
}

/**
 * Starts a proxy whose clients are served by several threads that listen on the same ports. This thread serves none:
 * it looks at the cluster, chooses ports, and reads what the threads observed, in each connection's own order.
 */
export async function startProxyTeam(
  options: ProxyOptions,
  observer: ProxyObserver,
  team: TeamOptions,
): Promise<RunningProxy> {
  const started = new ProxyTeam(options, observer, team);
  await started.start();
  return started;
}

class ProxyTeam implements RunningProxy, MemberHost {
  readonly #options: ProxyOptions;
  readonly #observer: ProxyObserver;
  readonly #team: TeamOptions;
  readonly #stateMemory: SharedArrayBuffer;
  readonly #state: SharedState;
  readonly #pump: ObservationPump;
  readonly #probe = new OwnProbe();
  readonly #members: TeamMember[] = [];
  readonly #readers = new Map<TeamMember, ObservationReader>();
  readonly #startedAtMs = new Map<number, number>();
  readonly #pauseMs = new Map<number, number>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  /** The newest of every broker, and the ports that are listened on, for threads to come. */
  readonly #bindings = new Map<number, BrokerBinding>();
  readonly #ports = new Set<number>();
  readonly #ownAddresses: HostPort[] = [];
  readonly #retired: PathFacts[] = [];
  #listen: HostPort;
  readonly #directory = Promise.withResolvers<Directory>();
  #lead: RunningProxy | null = null;
  #stopping: Promise<void> | null = null;

  constructor(options: ProxyOptions, observer: ProxyObserver, team: TeamOptions) {
    this.#options = options;
    this.#observer = observer;
    this.#team = team;
    this.#listen = options.listen;
    this.#stateMemory = newStateMemory(team.workers);
    this.#state = new SharedState(this.#stateMemory);
    this.#pump = new ObservationPump(this.#state, {
      rests: options.inspect !== 'all' && team.workers >= availableParallelism(),
    });
  }

  async start(): Promise<void> {
    try {
      this.#lead = await startProxy(this.#options, this.#observer, this.#share());
    } catch (error) {
      this.#stopping = Promise.resolve();
      await Promise.all(this.#members.map((member) => member.stop()));
      this.#pump.stop();
      throw error;
    }
  }

  get address(): HostPort {
    return this.#listen;
  }

  get probed(): Promise<ProbeResult> {
    return this.#leader().probed;
  }

  brokers(): readonly BrokerBinding[] {
    return this.#lead?.brokers() ?? [];
  }

  connections(): number {
    return this.#state.open();
  }

  registerOwnAddress(address: HostPort): void {
    this.#ownAddresses.push(address);
    this.#leader().registerOwnAddress(address);
    for (const member of this.#members) member.post({ kind: 'own-address', address });
  }

  timeouts(): Readonly<Record<TimeoutCause, number>> {
    const { refused } = this.facts();
    const count = (cause: TimeoutCause) => refused[cause] ?? 0;
    return {
      'first-byte-timeout': count('first-byte-timeout'),
      'stalled-frame-timeout': count('stalled-frame-timeout'),
      'idle-timeout': count('idle-timeout'),
    };
  }

  /** Up to half a second old: the threads tell what they did now and then. */
  facts(): PathFacts {
    const told = this.#members.flatMap(({ facts }) => (facts === null ? [] : [facts]));
    const sum = sumPathFacts(this.#leader().facts(), [...this.#retired, ...told]);
    return this.#stopping === null ? sum : { ...sum, draining: true };
  }

  drain(): Promise<void> {
    return this.#end('drain');
  }

  close(): Promise<void> {
    return this.#end('close');
  }

  #end(how: 'drain' | 'close'): Promise<void> {
    const before = this.#stopping;
    // Who cannot wait for the end of a drain closes.
    if (before !== null && how === 'close') for (const member of this.#members) member.post({ kind: 'close' });
    this.#stopping ??= this.#endAll(how);
    return this.#stopping;
  }

  async #endAll(how: 'drain' | 'close'): Promise<void> {
    for (const restart of this.#restarts) clearTimeout(restart);
    const waitMs = this.#options.drainTimeoutMs + endGraceMs;
    await Promise.all(this.#members.map((member) => member.end(how, waitMs)));
    for (const member of this.#members) this.#readToEnd(member, 'proxy-closed');
    this.#pump.stop();
    await this.#leader().close();
  }

  #leader(): RunningProxy {
    if (this.#lead === null) throw new Error('the proxy has not started');
    return this.#lead;
  }

  #share(): ProxyShare {
    return {
      ...wholeProxy(),
      ownProbe: this.#probe,
      openListener: this.#openListener,
      bindingChanged: (binding) => {
        this.#keep(binding);
        for (const member of this.#members) member.post({ kind: 'binding', binding: plain(binding) });
      },
      leads: (directory) => this.#directory.resolve(directory),
      looped: () => this.#state.looped,
      noteLoop: () => this.#state.noteLoop(),
    };
  }

  /**
   * Takes the port alone first, so that one in use by another program is seen, whether that program shares it or not;
   * then all threads listen on it together.
   */
  readonly #openListener: ListenerOpener = async (wanted, _handler, option, node): Promise<OpenListener> => {
    const taken = await Listener.open(
      wanted,
      { accepted: (socket) => void socket.resetAndDestroy(), acceptFailed: () => undefined },
      option,
    );
    const { address, bound } = taken;
    await taken.close();
    if (node === null) {
      this.#listen = address;
      await this.#startAll();
      return { address, bound, close: async () => undefined };
    }
    const binding: BrokerBinding = { ...node, host: address.host, port: address.port, advertisedHost: null };
    this.#keep(binding);
    this.#ports.add(address.port);
    const errors = await Promise.all(this.#members.map((member) => member.listen(binding)));
    const error = errors.find((each) => each !== null) ?? null;
    if (error !== null) {
      this.#ports.delete(address.port);
      this.#bindings.delete(nodeKey(node.endpointType, node.nodeId));
      for (const member of this.#members) member.post({ kind: 'unlisten', port: address.port });
      throw new ProxyError(error.code, error.message);
    }
    return { address, bound, close: async () => undefined };
  };

  async #startAll(): Promise<void> {
    for (let index = 0; index < this.#team.workers; index += 1) this.#startOne(index);
    await Promise.all(this.#members.map((member) => member.ready));
  }

  #startOne(index: number): void {
    const ring = newRingMemory(this.#team.ringBytes ?? ringBytesDefault);
    const member = new TeamMember(
      {
        options: { ...this.#options, listen: this.#listen },
        index,
        ring,
        state: this.#stateMemory,
        probeClientId: this.#probe.clientId,
        bindings: [...this.#bindings.values()],
        ports: [...this.#ports],
        ownAddresses: this.#ownAddresses,
      },
      this,
      this.#observer,
      this.#team.startThread ?? startWorkerThread,
    );
    const reader = new ObservationReader(ring, this.#observer);
    this.#members[index] = member;
    this.#readers.set(member, reader);
    this.#startedAtMs.set(index, nowUs() / 1000);
    this.#pump.add(reader);
  }

  #keep(binding: BrokerBinding): void {
    this.#bindings.set(nodeKey(binding.endpointType, binding.nodeId), plain(binding));
  }

  // MemberHost

  wake(): void {
    this.#pump.wake();
  }

  asked(member: TeamMember, question: ThreadReport & { kind: 'open' | 'refresh' | 'learned' }): void {
    // Clients may come in a moment before the leader knows where its cluster is.
    void this.#directory.promise.then(async (directory) => {
      if (question.kind === 'learned') {
        directory.routes.learn(question.broker);
        return;
      }
      const { id } = question;
      let result: ProbeResult | null = null;
      if (question.kind === 'open') await directory.routes.open(question.brokers).catch(() => undefined);
      else result = await directory.refresh();
      member.post({ kind: 'answer', id, result });
    });
  }

  lost(member: TeamMember, cause: string): void {
    if (this.#stopping !== null) return;
    const { index } = member.data;
    const connections = this.#readToEnd(member, 'worker-failed');
    // The start of the whole fails with it.
    if (this.#lead === null && !member.isReady) return;
    const now = nowUs() / 1000;
    const steady = now - (this.#startedAtMs.get(index) ?? 0) >= steadyMs;
    const pauseMs = steady ? restartPauseMs : Math.min(restartPauseMsMax, (this.#pauseMs.get(index) ?? 50) * 2);
    this.#pauseMs.set(index, pauseMs);
    const others = this.#team.workers === 1 ? 'nobody serves clients meanwhile' : 'the others serve new ones meanwhile';
    const message = `Worker ${index + 1} failed (${cause}): its ${connections} connections are lost, and clients connect again; it is started again in ${pauseMs} ms, ${others}. Please report this.`;
    const detail = { worker: index + 1, connections, cause, message };
    this.#observer.event({ kind: 'event', atUs: nowUs(), event: 'worker-failed', connection: null, detail });
    const restart = setTimeout(() => {
      this.#restarts.delete(restart);
      this.#startOne(index);
    }, pauseMs);
    this.#restarts.add(restart);
  }

  /** Reads what a thread left behind and ends its connections, which nobody else will; returns how many there were. */
  #readToEnd(member: TeamMember, reason: string): number {
    const reader = this.#readers.get(member);
    if (reader === undefined) return 0;
    this.#readers.delete(member);
    this.#pump.finish(reader);
    const lost = [...reader.open];
    for (const connection of lost) this.#observer.receive({ kind: 'closed', connection, atUs: nowUs(), reason });
    this.#state.setOpen(member.data.index, 0);
    if (member.facts !== null && this.#stopping === null) {
      const sum = this.#retired.pop();
      const facts = retiredFacts(member.facts);
      this.#retired.push(sum === undefined ? facts : sumPathFacts(sum, [facts]));
      member.facts = null;
    }
    return lost.length;
  }
}

/** A binding as it can cross to another thread: routes keep more in theirs. */
function plain({ nodeId, endpointType, host, port, advertisedHost, upstream }: BrokerBinding): BrokerBinding {
  return { nodeId, endpointType, host, port, advertisedHost, upstream };
}
