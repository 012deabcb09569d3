import type { EngineEvent, TrafficEvent } from '../../exchange/event.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { LimitBook } from '../../exchange/limit-book.ts';
import type { Diagnosis } from '../finding.ts';
import { Findings, findingsMax } from '../findings.ts';
import { closedUnanswered } from './closed-unanswered.ts';
import { foreignBytes } from './foreign-bytes.ts';
import { clientHostsMax, NeverCame } from './never-came.ts';
import { loginsWaitingMax, NoTicket } from './no-ticket.ts';
import type { Opening } from './opening.ts';
import type { HandshakeRule, Practice } from './rule.ts';
import { saslAnswers } from './sasl-answers.ts';
import { toldEvents } from './told-events.ts';

/** What the doctor knows, first match first. Adding a rule is a file and a line here. */
const rules: readonly HandshakeRule[] = [foreignBytes, saslAnswers, closedUnanswered];

/** Connections followed while they open; beyond it new ones go unwatched. */
export const openingsWatchedMax = 20_000;

/** Broker addresses remembered for having SASL, and for having answered. */
export const brokersRememberedMax = 4_096;

const saslHandshakeKey = 17;
const apiVersionsKey = 18;
const saslAuthenticateKey = 36;

/**
 * Looks at how connections begin, and says in one sentence why one does not work and what to do. A fold over what the
 * engine finds, live or from a capture. A connection that got one ordinary answer costs nothing more.
 */
export class HandshakeDoctor {
  readonly findings = new Findings();
  /** What there was no room for; whoever asks the doctor tells it. */
  readonly limits = new LimitBook({
    findingsMax,
    openingsWatchedMax,
    brokersRememberedMax,
    clientHostsMax,
    loginsWaitingMax,
  });
  readonly #openings = new Map<number, Opening>();
  readonly #saslBrokers = new Set<string>();
  readonly #neverCame = new NeverCame(this.limits);
  readonly #noTicket = new NoTicket(this.limits);
  readonly #answering = new Set<string>();
  readonly #practice: Practice = {
    knowsSaslAt: (broker) => this.#saslBrokers.has(broker),
    answersAt: (broker) => this.#answering.has(broker),
  };

  /**
   * Takes what the engine found. Returns an event `finding` the first time something is noticed and each time its
   * count has doubled; null otherwise. What an event says by itself is kept as a finding and not told twice.
   */
  take(event: EngineEvent): TrafficEvent | null {
    if (event.kind !== 'event' && this.#isHealthy(event.exchange)) return null;
    const opening = this.#follow(event);
    const told = toldEvents(event, opening, this.#practice);
    if (told !== null) {
      if (this.findings.add(told) === 0) this.limits.reach('findingsMax');
      return null;
    }
    let diagnosis = this.#neverCame.take(event) ?? this.#noTicket.take(event);
    for (const rule of rules) diagnosis ??= rule(event, opening, this.#practice);
    this.#forget(event);
    if (diagnosis === null) return null;
    if (opening !== null) opening.diagnosed = true;
    return this.#tell(diagnosis);
  }

  /** The usual case, decided by two comparisons and one look into a map that is small. */
  #isHealthy({ apiKey, status, connection }: Exchange): boolean {
    if (apiKey === saslHandshakeKey || apiKey === saslAuthenticateKey) return false;
    return !this.#openings.has(connection.id) || status === 'in-flight';
  }

  #follow(event: EngineEvent): Opening | null {
    if (event.kind === 'event') {
      if (event.event === 'connection-opened') this.#opened(event);
      return event.connection === null ? null : (this.#openings.get(event.connection) ?? null);
    }
    const { exchange } = event;
    const opening = this.#openings.get(exchange.connection.id) ?? null;
    if (event.kind === 'completed') this.#completed(exchange, opening);
    return opening;
  }

  #opened({ connection, detail }: TrafficEvent): void {
    const { client, broker, nodeId, midstream } = detail;
    if (connection === null || typeof client !== 'string' || typeof broker !== 'string') return;
    if (this.#openings.size >= openingsWatchedMax) {
      this.limits.reach('openingsWatchedMax');
      return;
    }
    this.#openings.set(connection, {
      connection,
      client,
      broker,
      nodeId: typeof nodeId === 'number' ? nodeId : null,
      midstream: midstream === true,
      negotiated: false,
      shookHands: false,
      unanswered: null,
      diagnosed: false,
    });
  }

  #completed(exchange: Exchange, opening: Opening | null): void {
    const { apiKey, status, connection } = exchange;
    if (status === 'answered' && (apiKey === null || apiKey === saslAuthenticateKey) && exchange.errors.length === 0) {
      this.#remember(this.#saslBrokers, connection.broker);
      return;
    }
    if (opening === null || apiKey === saslHandshakeKey || apiKey === saslAuthenticateKey) {
      if (opening !== null && status === 'abandoned') opening.unanswered ??= exchange;
      else if (opening !== null && apiKey === saslHandshakeKey) opening.shookHands ||= status === 'answered';
      return;
    }
    if (status === 'abandoned') opening.unanswered ??= exchange;
    else if (apiKey === apiVersionsKey) opening.negotiated ||= status === 'answered';
    // The first ordinary answer: this connection works. What it was told stays known to `NeverCame`.
    else if (status === 'answered') {
      this.#openings.delete(opening.connection);
      this.#remember(this.#answering, connection.broker);
    }
  }

  #remember(brokers: Set<string>, broker: string): void {
    if (brokers.size < brokersRememberedMax) brokers.add(broker);
    else if (!brokers.has(broker)) this.limits.reach('brokersRememberedMax');
  }

  #forget(event: EngineEvent): void {
    if (event.kind === 'event' && event.event === 'connection-closed' && event.connection !== null) {
      this.#openings.delete(event.connection);
    }
  }

  #tell(diagnosis: Diagnosis): TrafficEvent | null {
    const count = this.findings.add(diagnosis);
    if (count === 0) this.limits.reach('findingsMax');
    if (count === 0 || (count & (count - 1)) !== 0) return null;
    const { finding, severity, atUs, connection, client, broker, message } = diagnosis;
    return {
      kind: 'event',
      atUs,
      event: 'finding',
      connection,
      detail: { finding, severity, count, client, broker, message },
    };
  }
}
