import { decodeRequest, decodeResponse } from '../protocol/decode.ts';
import type { FieldNames } from '../protocol/field-names.ts';
import type { Message, Struct } from '../protocol/message.ts';
import type { WalkFacts } from '../protocol/walk.ts';
import { OfferReader } from './broker-offer.ts';
import type { ConnectionTrack } from './connection-track.ts';
import { EngineLimits } from './engine-limits.ts';
import type { Exchange } from './exchange.ts';
import { FetchSessions } from './fetch-sessions.ts';
import { ProducerIds } from './producer-ids.ts';
import { TopicNames } from './topic-names.ts';

const produceKey = 0;
const apiVersionsKey = 18;
const writeTxnMarkersKey = 27;
/** Where a batch of format 2 has its magic and its producer id (PROTOCOL 5.3). */
const magicOffset = 16;
const producerIdOffset = 43;

/**
 * What the traffic itself teaches about its ids: names of topics, transactional ids of producers, partitions of fetch
 * sessions, versions that brokers offer. Messages that teach nothing are not looked at; those that may are decoded
 * only when something in them is not known yet.
 */
export class Learned implements FieldNames {
  readonly topicNames: TopicNames;
  readonly producers: ProducerIds;
  readonly sessions: FetchSessions;
  readonly #offers: OfferReader;

  constructor(limits: EngineLimits = new EngineLimits()) {
    this.topicNames = new TopicNames(limits);
    this.producers = new ProducerIds(limits);
    this.sessions = new FetchSessions(this.topicNames, limits);
    this.#offers = new OfferReader(limits);
  }

  topicOf(topicId: string): string | null {
    const name = this.topicNames.nameOf(topicId);
    return name === topicId ? null : name;
  }

  transactionalIdOf(producerId: bigint): string | null {
    return this.producers.transactionalIdOf(producerId);
  }

  /** Learns from a walked request, and completes its exchange with what was learned before. */
  request(track: ConnectionTrack, exchange: Exchange, payload: Uint8Array, facts: WalkFacts): void {
    const apiKey = exchange.apiKey ?? -1;
    if (FetchSessions.concerns(apiKey)) this.sessions.request(track, exchange, payload, facts);
    else if (apiKey === produceKey) this.#produce(payload, facts);
    else if (ProducerIds.requestTeaches(apiKey)) {
      const { transactionalId } = facts;
      if (transactionalId !== null && !this.producers.knows(transactionalId)) {
        const body = bodyOf(decodeRequest(payload));
        if (body !== null) this.producers.learn(body, null);
      }
    } else if (apiKey === writeTxnMarkersKey) this.#markers(exchange, payload);
    else if (TopicNames.teaches(apiKey, 'request') && !this.#allTopicsKnown(facts)) {
      const body = bodyOf(decodeRequest(payload));
      if (body !== null) this.topicNames.learn(body);
    }
  }

  /** Learns from a walked response of an exchange. */
  response(track: ConnectionTrack, exchange: Exchange, payload: Uint8Array, facts: WalkFacts): void {
    const apiKey = exchange.apiKey ?? -1;
    const apiVersion = exchange.apiVersion ?? 0;
    if (exchange.session !== null) this.sessions.response(track, exchange, payload, facts);
    else if (apiKey === apiVersionsKey) {
      if (facts.errorCount > 0) return;
      track.facts.offered = this.#offers.read(track.facts.broker, payload, apiVersion) ?? track.facts.offered;
    } else if (TopicNames.teaches(apiKey)) {
      if (facts.topicIds.length === 0 || this.#allTopicsKnown(facts)) return;
      const body = bodyOf(decodeResponse(payload, apiKey, apiVersion));
      if (body !== null) this.topicNames.learn(body);
    } else if (ProducerIds.responseTeaches(apiKey)) {
      const body = bodyOf(decodeResponse(payload, apiKey, apiVersion));
      if (body !== null) this.producers.learn(body, exchange.transactionalId);
    }
  }

  /** More topics than the walk lists are never known to be known. */
  #allTopicsKnown(facts: WalkFacts): boolean {
    if (facts.topicCount > facts.topicIds.length) return false;
    for (const id of facts.topicIds) if (!this.topicNames.knows(id)) return false;
    return true;
  }

  /** A transactional Produce has its producer id in its batches: of use when InitProducerId was not seen. */
  #produce(payload: Uint8Array, facts: WalkFacts): void {
    const { transactionalId } = facts;
    if (transactionalId === null || this.producers.knows(transactionalId)) return;
    const start = facts.recordSpans[0] ?? 0;
    const end = facts.recordSpans[1] ?? 0;
    if (end - start < producerIdOffset + 8 || payload[start + magicOffset] !== 2) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    this.producers.remember(view.getBigInt64(start + producerIdOffset), transactionalId);
  }

  /** Brokers tell each other to end transactions by producer id alone. */
  #markers(exchange: Exchange, payload: Uint8Array): void {
    if (this.producers.size === 0) return;
    const markers = bodyOf(decodeRequest(payload))?.markers;
    if (!Array.isArray(markers)) return;
    for (const marker of markers as readonly Struct[]) {
      if (typeof marker.producerId !== 'bigint') continue;
      exchange.transactionalId ??= this.producers.transactionalIdOf(marker.producerId);
    }
  }
}

function bodyOf(message: Message): Struct | null {
  return message.kind === 'decoded' ? message.body : null;
}
