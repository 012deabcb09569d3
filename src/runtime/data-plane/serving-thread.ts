import type { BrokerAddress } from '../../addons/rewrite-addresses.ts';
import type { BrokerBinding, BrokerRoutesHandler } from '../../proxy/broker-routes.ts';
import { nowUs } from '../../proxy/clock.ts';
import { Listener } from '../../proxy/listener.ts';
import { OwnProbe } from '../../proxy/own-probe.ts';
import type { ProbeResult } from '../../proxy/probe.ts';
import { type RunningProxy, startProxy } from '../../proxy/proxy.ts';
import { ProxyError } from '../../proxy/proxy-error.ts';
import type { ProxyShare } from '../../proxy/proxy-share.ts';
import { FollowerDirectory, type Leader } from './follower-directory.ts';
import { ObservationWriter } from './observation-writer.ts';
import { SharedState } from './shared-state.ts';
import type { ThreadData, ThreadError, ThreadOrder, ThreadReport } from './types.ts';

/** What waits for room in the ring is tried again so often; facts go out every fifth time. */
const tickMs = 100;
const factsTicks = 5;

/** A thread that serves clients: a proxy on shared ports whose observations go into a ring. */
export class ServingThread implements Leader {
  readonly #data: ThreadData;
  readonly #post: (report: ThreadReport) => void;
  readonly #state: SharedState;
  readonly #writer: ObservationWriter;
  readonly #asked = new Map<number, (result: ProbeResult | null) => void>();
  #lastAsked = 0;
  #directory: FollowerDirectory | null = null;
  #proxy: RunningProxy | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ticks = 0;
  #lostBytesTold = 0;
  #lostInputsTold = 0;

  constructor(data: ThreadData, post: (report: ThreadReport) => void) {
    this.#data = data;
    this.#post = post;
    this.#state = new SharedState(data.state);
    const wake = () => {
      if (this.#state.mustWake()) post({ kind: 'wake' });
    };
    this.#writer = new ObservationWriter(data.ring, wake, { waits: data.options.inspect === 'all' });
  }

  /** Listens; reports `ready`, or `failed` with the sentence. */
  async start(): Promise<void> {
    try {
      await this.#start();
      this.#post({ kind: 'ready' });
    } catch (error) {
      this.#post({ kind: 'failed', ...threadError(error) });
    }
  }

  async #start(): Promise<void> {
    const { options, bindings, ports, ownAddresses } = this.#data;
    const proxy = await startProxy(
      options,
      {
        receive: (input) => this.#writer.receive(input),
        event: (event) => this.#writer.event(event),
        skipped: (row, atUs) =>
          this.#post({ kind: 'skipped', row: { ...plain(row), latency: row.latency.save() }, atUs }),
      },
      this.#share(),
    );
    this.#proxy = proxy;
    for (const address of ownAddresses) proxy.registerOwnAddress(address);
    for (const binding of bindings) {
      this.#directory?.told(binding);
      if (ports.includes(binding.port)) await this.#directory?.listen(binding);
    }
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  #share(): ProxyShare {
    const { index, options, probeClientId } = this.#data;
    const state = this.#state;
    return {
      openListener: (wanted, handler, option, node) => Listener.open(wanted, handler, option, node, true),
      ownProbe: new OwnProbe(probeClientId),
      lookRoom: () => this.#writer.room,
      follow: (handler: BrokerRoutesHandler) => {
        this.#directory = new FollowerDirectory(options.upstreams, this, handler);
        return this.#directory;
      },
      nextConnectionId: () => state.nextConnectionId(),
      othersOpen: (own) => {
        state.setOpen(index, own);
        return state.open(index);
      },
      leads: () => undefined,
      bindingChanged: () => undefined,
      noteLoop: () => state.noteLoop(),
      looped: () => state.looped,
    };
  }

  receive(order: ThreadOrder): void {
    switch (order.kind) {
      case 'binding':
        this.#directory?.told(order.binding);
        return;
      case 'listen':
        void this.#listen(order.id, order.binding);
        return;
      case 'unlisten':
        void this.#directory?.unlisten(order.port);
        return;
      case 'answer':
        this.#asked.get(order.id)?.(order.result);
        this.#asked.delete(order.id);
        return;
      case 'own-address':
        this.#proxy?.registerOwnAddress(order.address);
        return;
      case 'drain':
        void this.#end(this.#proxy?.drain());
        return;
      case 'close':
        void this.#end(this.#proxy?.close());
        return;
      default:
        order satisfies never;
    }
  }

  // Leader

  async open(brokers: readonly BrokerAddress[]): Promise<void> {
    await this.#ask((id) => ({ kind: 'open', id, brokers }));
  }

  async refresh(): Promise<ProbeResult> {
    const result = await this.#ask((id) => ({ kind: 'refresh', id }));
    if (result === null) throw new Error('the leader answered a refresh with nothing');
    return result;
  }

  learned(broker: BrokerAddress): void {
    this.#post({ kind: 'learned', broker });
  }

  #ask(question: (id: number) => ThreadReport): Promise<ProbeResult | null> {
    this.#lastAsked += 1;
    const id = this.#lastAsked;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#post(question(id));
    });
  }

  async #listen(id: number, binding: BrokerBinding): Promise<void> {
    let error: ThreadError | null = null;
    try {
      await this.#directory?.listen(binding);
    } catch (failure) {
      error = threadError(failure);
    }
    this.#post({ kind: 'listening', id, error });
  }

  async #end(ended: Promise<void> | undefined): Promise<void> {
    await ended;
    // The tick goes on: it writes what still waits for room.
    while (this.#writer.waiting > 0) await new Promise((resolve) => setTimeout(resolve, tickMs));
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#tellLost();
    this.#tellFacts();
    this.#post({ kind: 'over' });
  }

  #tick(): void {
    this.#writer.flush();
    this.#ticks += 1;
    if (this.#ticks % factsTicks !== 0) return;
    this.#tellLost();
    this.#tellFacts();
  }

  #tellFacts(): void {
    if (this.#proxy === null) return;
    this.#state.setOpen(this.#data.index, this.#proxy.connections());
    this.#post({ kind: 'facts', facts: this.#proxy.facts() });
  }

  #tellLost(): void {
    const { bytes, inputs } = this.#writer.lost;
    const newBytes = bytes - this.#lostBytesTold;
    const newInputs = inputs - this.#lostInputsTold;
    if (newBytes === 0 && newInputs === 0) return;
    this.#lostBytesTold = bytes;
    this.#lostInputsTold = inputs;
    const message = `${newBytes} bytes that were to be looked at were forwarded without, since the inspector is behind worker ${this.#data.index + 1}; their exchanges are missing or cut.`;
    const detail = { worker: this.#data.index + 1, bytes: newBytes, notes: newInputs, message };
    this.#writer.event({ kind: 'event', atUs: nowUs(), event: 'inspection-lost', connection: null, detail });
  }
}

function plain<Row extends { readonly apiKey: number; readonly apiVersion: number }>(
  row: Row & { requests: number; responses: number; requestBytes: number; responseBytes: number },
) {
  const { apiKey, apiVersion, requests, responses, requestBytes, responseBytes } = row;
  return { apiKey, apiVersion, requests, responses, requestBytes, responseBytes };
}

function threadError(error: unknown): ThreadError {
  if (error instanceof ProxyError) return { code: error.code, message: error.message };
  return { code: 'listen-failed', message: error instanceof Error ? error.message : String(error) };
}
