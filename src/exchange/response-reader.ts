import { profileOf, waitUsOf } from '../apis/index.ts';
import { decodeResponse, responseLayoutVersion } from '../protocol/decode.ts';
import { errorName } from '../protocol/error-codes.ts';
import { WalkFacts, walkMessage } from '../protocol/walk.ts';
import type { BatchFacts } from '../records/batch-facts.ts';
import { redactRawSasl, redactResponse } from '../redact/redact-frame.ts';
import { mayHoldSecrets } from '../redact/secret-keys.ts';
import type { Frame } from '../wire/frame.ts';
import type { AskedFields } from './asked-fields.ts';
import type { ConnectionTrack } from './connection-track.ts';
import { errorFactsOf } from './error-facts.ts';
import { type ErrorFact, type Exchange, type MessageFacts, type Opaque, unknownTiming } from './exchange.ts';
import type { FrameKeeper } from './frame-keeper.ts';
import type { Learned } from './learned.ts';
import { opaqueOf } from './opaque.ts';
import { type GuessedApi, guessApi } from './orphan-guess.ts';
import { isReadLater } from './read-later.ts';
import { batchFactsOf, recordsFactsOf } from './records-facts.ts';
import { saslOutcome } from './sasl-outcome.ts';
import { queuedUsOf, timingOf } from './timing.ts';

const fetchKey = 1;
const saslHandshakeKey = 17;
const apiVersionsKey = 18;
const saslAuthenticateKey = 36;
const shareFetchKey = 78;
const unsupportedVersion = 35;
const noBytes = new Uint8Array(0);
const noErrors: readonly ErrorFact[] = Object.freeze([]);
const rawTokenOpaque: Opaque = Object.freeze({
  reason: 'sasl-token',
  detail: 'raw token after SaslHandshake v0',
  offset: null,
});

/** Reads broker frames and completes the exchange they answer. One reader serves all connections. */
export class ResponseReader {
  readonly #keeper: FrameKeeper;
  readonly #learned: Learned;
  readonly #redacts: boolean;
  readonly #keepsBytes: boolean;
  readonly #facts = new WalkFacts();
  /** Batch headers of the response being read, where its API carries records. */
  #batches: BatchFacts | null = null;

  constructor(
    keeper: FrameKeeper,
    learned: Learned,
    { redacts, keepsBytes }: { readonly redacts: boolean; readonly keepsBytes: boolean },
  ) {
    this.#keeper = keeper;
    this.#learned = learned;
    this.#redacts = redacts;
    this.#keepsBytes = keepsBytes;
  }

  /** Completes `exchange` with the frame that answers it; `asked` is what its request said of waiting. */
  answer(track: ConnectionTrack, exchange: Exchange, frame: Frame, asked: AskedFields | null): void {
    const apiKey = exchange.apiKey ?? -1;
    const apiVersion = responseLayoutVersion(frame.bytes, apiKey, exchange.apiVersion ?? 0);
    const facts = this.#facts;
    const whole = frame.missingBytes === 0;
    const walked = whole && walkMessage(frame.bytes, 'response', apiKey, apiVersion, facts);
    const opaque = walked ? null : opaqueOf(apiKey, apiVersion, frame, facts);
    this.#batches = null;
    if (walked) this.#takeFacts(track, exchange, frame, facts);
    exchange.response = this.#keep(frame, apiKey, apiVersion, opaque);
    exchange.status = 'answered';
    this.#time(track, exchange, frame, walked, asked);
  }

  /** Completes a raw SASL token with the broker's raw answer; an empty one is the usual yes. */
  answerRawToken(track: ConnectionTrack, exchange: Exchange, frame: Frame): void {
    const bytes = this.#keeper.keep(frame.bytes);
    if (this.#redacts) redactRawSasl(bytes);
    exchange.response = messageOf(frame, bytes, rawTokenOpaque);
    exchange.status = 'answered';
    this.#time(track, exchange, frame, false, null);
    // A broker that refuses a raw token just closes, so any answer says yes.
    takeOutcome(track, frame.bytes);
  }

  /** A response whose request nobody saw. */
  orphan(track: ConnectionTrack, frame: Frame, correlationId: number, seq: number): Exchange {
    const guess = frame.missingBytes === 0 ? guessApi(frame.bytes, track.layouts) : null;
    if (guess !== null) return this.#guessed(track, frame, correlationId, seq, guess);
    const bytes = this.#keeper.keep(frame.bytes);
    // Nobody knows what it answers, so nobody knows where its secrets would be: only the correlation id is kept.
    if (this.#redacts) redactRawSasl(bytes.subarray(4));
    const opaque: Opaque = {
      reason: 'unknown-api',
      detail: 'a response without its request: which API it answers is not known',
      offset: null,
    };
    return newOrphan(track, correlationId, seq, null, messageOf(frame, bytes, opaque));
  }

  /** An orphan that only one API in use on its connection can have sent. */
  #guessed(track: ConnectionTrack, frame: Frame, correlationId: number, seq: number, guess: GuessedApi): Exchange {
    const { apiKey, apiVersion } = guess;
    const exchange = newOrphan(track, correlationId, seq, guess, null);
    walkMessage(frame.bytes, 'response', apiKey, apiVersion, this.#facts);
    this.#takeFacts(track, exchange, frame, this.#facts);
    exchange.response = this.#keep(frame, apiKey, apiVersion, null);
    return exchange;
  }

  #takeFacts(track: ConnectionTrack, exchange: Exchange, frame: Frame, facts: WalkFacts): void {
    const apiKey = exchange.apiKey ?? -1;
    exchange.throttleTimeMs = facts.throttleTimeMs < 0 ? null : facts.throttleTimeMs;
    if (apiKey === fetchKey || apiKey === shareFetchKey) {
      this.#batches = batchFactsOf(frame.bytes, facts.recordSpans);
      exchange.records = recordsFactsOf(this.#batches);
      exchange.partitionsOmitted = facts.recordSpansOmitted;
    }
    if (facts.errorCount > 0) {
      exchange.errors = this.#errorsOf(frame.bytes, exchange, facts);
      exchange.errorsOmitted = Math.max(0, facts.errorCount - exchange.errors.length);
    }
    this.#learned.response(track, exchange, frame.bytes, facts);
    if (exchange.topicCount === 0 && facts.topicCount > 0) {
      const { topics } = facts;
      if (topics.length === 0) for (const id of facts.topicIds) topics.push(this.#learned.topicNames.nameOf(id));
      exchange.topics = topics;
      exchange.topicCount = facts.topicCount;
    }
    if (apiKey === saslHandshakeKey) {
      track.expectsRawTokens = exchange.apiVersion === 0 && facts.errorCount === 0;
    } else if (apiKey === saslAuthenticateKey) this.#saslAnswer(track, exchange, frame.bytes, facts);
    else if (apiKey === apiVersionsKey && facts.firstErrorCode === unsupportedVersion) {
      exchange.tags = [...exchange.tags, 'version-fallback'];
    }
  }

  #saslAnswer(track: ConnectionTrack, exchange: Exchange, payload: Uint8Array, facts: WalkFacts): void {
    if (facts.errorCount > 0) {
      track.claimedUser = null;
      track.tokenTaken = false;
      return;
    }
    const message = decodeResponse(payload, saslAuthenticateKey, exchange.apiVersion ?? 0);
    const answer = message.kind === 'decoded' ? message.body.authBytes : null;
    if (answer instanceof Uint8Array) takeOutcome(track, answer);
  }

  #errorsOf(payload: Uint8Array, exchange: Exchange, facts: WalkFacts): readonly ErrorFact[] {
    const message = decodeResponse(payload, exchange.apiKey ?? -1, exchange.apiVersion ?? 0);
    if (message.kind === 'decoded') {
      const errors = errorFactsOf(message.body);
      if (errors.length > 0) return errors;
    }
    const code = facts.firstErrorCode;
    return [{ code, name: errorName(code), path: '', message: null }];
  }

  #keep(frame: Frame, apiKey: number, apiVersion: number, opaque: Opaque | null): MessageFacts {
    if (!this.#keepsBytes && !isReadLater(apiKey) && !mayHoldSecrets(apiKey, 'response')) {
      return messageOf(frame, noBytes, opaque);
    }
    const bytes = this.#keeper.keep(frame.bytes);
    if (this.#redacts && redactResponse(bytes, apiKey, apiVersion) === 'redacted-whole') {
      return messageOf(frame, bytes, {
        reason: 'redacted',
        detail: 'a frame that may hold secrets and cannot be decoded is not shown',
        offset: null,
      });
    }
    return messageOf(frame, bytes, opaque);
  }

  #time(track: ConnectionTrack, exchange: Exchange, frame: Frame, walked: boolean, asked: AskedFields | null): void {
    const request = exchange.request;
    const response = exchange.response;
    if (request !== null && response !== null) {
      const latencyUs = Math.max(0, response.atUs - request.lastByteUs);
      const queuedUs = queuedUsOf(request.lastByteUs, response.atUs, latencyUs, track);
      const waitUs = walked ? this.#waitUs(exchange, request, asked, latencyUs, queuedUs) : 0;
      exchange.timing = timingOf(request, response, queuedUs, waitUs, exchange.throttleTimeMs);
    }
    track.previousResponseUs = frame.lastByteUs;
    track.previousThrottleUs = (exchange.throttleTimeMs ?? 0) * 1000;
  }

  #waitUs(
    exchange: Exchange,
    request: MessageFacts,
    asked: AskedFields | null,
    latencyUs: number,
    queuedUs: number,
  ): number {
    const apiKey = exchange.apiKey ?? -1;
    if (profileOf(apiKey)?.waitUs === undefined) return 0;
    const facts = this.#facts;
    return waitUsOf(apiKey, {
      apiVersion: exchange.apiVersion ?? 0,
      brokerTimeUs: latencyUs - queuedUs,
      requestArrivedUs: request.lastByteUs + queuedUs,
      request: (name) => asked?.of(name) ?? null,
      recordsBytes: exchange.records?.bytes ?? 0,
      recordsCount: exchange.records?.count ?? 0,
      lastTimestampMs: this.#batches?.maxTimestampMs ?? null,
      errorCode: facts.errorCount > 0 ? facts.firstErrorCode : 0,
    });
  }
}

/** Believes the client's name once its mechanism is done; one that does not tell is believed when requests follow. */
function takeOutcome(track: ConnectionTrack, answer: Uint8Array): void {
  const outcome = saslOutcome(track.facts.sasl?.mechanism ?? '', answer);
  if (outcome === 'done') track.authenticate();
  else track.tokenTaken = outcome === 'unknown';
}

function messageOf(frame: Frame, bytes: Uint8Array, opaque: Opaque | null): MessageFacts {
  const { firstByteUs, lastByteUs, forwardedUs, sizeBytes } = frame;
  return { atUs: firstByteUs, lastByteUs, forwardedUs, sizeBytes, bytes, opaque };
}

function newOrphan(
  track: ConnectionTrack,
  correlationId: number,
  seq: number,
  guess: GuessedApi | null,
  response: MessageFacts | null,
): Exchange {
  return {
    seq,
    status: 'orphan',
    connection: track.facts,
    clientId: null,
    apiKey: guess?.apiKey ?? null,
    apiVersion: guess?.apiVersion ?? null,
    guessed: guess !== null,
    correlationId,
    request: null,
    response,
    timing: unknownTiming,
    throttleTimeMs: null,
    errors: noErrors,
    errorsOmitted: 0,
    topics: [],
    topicCount: 0,
    group: null,
    transactionalId: null,
    records: null,
    partitionsOmitted: 0,
    session: null,
    tags: [],
  };
}
