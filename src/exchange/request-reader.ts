import { removedInKafka4, versionRange } from '../protocol/api-keys.ts';
import { decodeRequest } from '../protocol/decode.ts';
import { type RequestHeader, readRequestHeader } from '../protocol/headers.ts';
import { WalkFacts, walkMessage } from '../protocol/walk.ts';
import { redactRawSasl, redactRequest } from '../redact/redact-frame.ts';
import { looksLikeSaslToken } from '../redact/sasl-token-shape.ts';
import { mayHoldSecrets } from '../redact/secret-keys.ts';
import type { Frame } from '../wire/frame.ts';
import { type AskedFields, askedFieldsOf } from './asked-fields.ts';
import type { ConnectionTrack } from './connection-track.ts';
import type { EngineLimits } from './engine-limits.ts';
import { type ErrorFact, type Exchange, type MessageFacts, type Opaque, unknownTiming } from './exchange.ts';
import type { FrameKeeper } from './frame-keeper.ts';
import type { Learned } from './learned.ts';
import { layoutsMax, mechanismCharactersMax } from './limits.ts';
import { opaqueOf } from './opaque.ts';
import { layoutOf } from './orphan-guess.ts';
import { batchFactsOf, recordsFactsOf } from './records-facts.ts';
import { nonceRepeatedTag } from './sasl-nonce.ts';
import { shortName } from './short-name.ts';

const produceKey = 0;
const fetchKey = 1;
const saslHandshakeKey = 17;
const apiVersionsKey = 18;
const saslAuthenticateKey = 36;
const noTags: readonly string[] = Object.freeze([]);
const noBytes = new Uint8Array(0);
const noErrors: readonly ErrorFact[] = Object.freeze([]);
const deprecatedTags: readonly string[] = Object.freeze(['deprecated']);
const reauthenticationTags: readonly string[] = Object.freeze(['reauthentication']);

/** A request, and what of it its answer is judged by. */
export interface RequestOfExchange {
  readonly kind: 'request' | 'no-response' | 'raw-token';
  readonly exchange: Exchange;
  readonly asked: AskedFields | null;
}

/** What a client's frame turned out to be. */
export type RequestRead = RequestOfExchange | { readonly kind: 'not-a-request'; readonly detail: string };

/** Reads client frames: header, walk, facts. One reader serves all connections; it keeps nothing of a frame. */
export class RequestReader {
  readonly #keeper: FrameKeeper;
  readonly #learned: Learned;
  readonly #redacts: boolean;
  readonly #keepsBytes: boolean;
  readonly #limits: EngineLimits;
  readonly #facts = new WalkFacts();

  constructor(
    keeper: FrameKeeper,
    learned: Learned,
    { redacts, keepsBytes }: { readonly redacts: boolean; readonly keepsBytes: boolean },
    limits: EngineLimits,
  ) {
    this.#limits = limits;
    this.#keeper = keeper;
    this.#learned = learned;
    this.#redacts = redacts;
    this.#keepsBytes = keepsBytes;
  }

  read(track: ConnectionTrack, frame: Frame, seq: number): RequestRead {
    // A capture may begin behind the handshake: a token is no request, and its bytes no client id.
    if (looksLikeSaslToken(frame.bytes)) return this.#rawToken(track, frame, seq);
    const header = readRequestHeader(frame.bytes);
    if (track.expectsRawTokens) {
      if (header === null || !this.#isSureRequest(frame.bytes, header)) return this.#rawToken(track, frame, seq);
      track.expectsRawTokens = false;
    }
    if (header === null) {
      if (frame.bytes.length < 8) return { kind: 'not-a-request', detail: 'a request header needs at least 8 bytes' };
      return { kind: 'request', exchange: this.#unreadableHeader(track, frame, seq), asked: null };
    }
    return this.#request(track, frame, header, seq);
  }

  #request(track: ConnectionTrack, frame: Frame, header: RequestHeader, seq: number): RequestRead {
    const { apiKey, apiVersion } = header;
    const facts = this.#facts;
    const whole = frame.missingBytes === 0;
    const walked = whole && walkMessage(frame.bytes, 'request', apiKey, apiVersion, facts);
    let nonceRepeated = false;
    if (apiKey === apiVersionsKey || apiKey === saslHandshakeKey || apiKey === saslAuthenticateKey) {
      nonceRepeated = this.#learn(track, frame.bytes, header);
    } else this.#ordinary(track);
    const bytes = this.#keepsBytes || this.#isNeeded(apiKey) ? this.#keeper.keep(frame.bytes) : noBytes;
    const opaque = walked ? null : opaqueOf(apiKey, apiVersion, frame, facts);
    const shown = this.#redact(bytes, header, opaque);
    const exchange = newExchange(track, frame, seq, safeHeader(header, shown), { bytes, opaque: shown });
    if (walked) {
      track.clientId ??= header.clientId;
      const layout = layoutOf(apiKey, apiVersion);
      if (track.layouts.size < layoutsMax) track.layouts.add(layout);
      else if (!track.layouts.has(layout)) this.#limits.reach('layoutsMax');
      exchange.topics = this.#topicsOf(facts);
      exchange.topicCount = facts.topicCount;
      exchange.group = shorten(facts.groupId);
      exchange.transactionalId = shorten(facts.transactionalId);
      if (apiKey === produceKey) {
        exchange.records = recordsFactsOf(batchFactsOf(frame.bytes, facts.recordSpans));
        exchange.partitionsOmitted = facts.recordSpansOmitted;
      }
      this.#learned.request(track, exchange, frame.bytes, facts);
    }
    exchange.tags = tagsOf(track, apiKey, apiVersion);
    if (nonceRepeated) exchange.tags = [...exchange.tags, nonceRepeatedTag];
    const noResponse = apiKey === produceKey && walked && facts.topLevel('acks') === 0;
    // What a cut-off frame still says of its fields is as true as that of a whole one.
    if (!whole) walkMessage(frame.bytes, 'request', apiKey, apiVersion, facts);
    return { kind: noResponse ? 'no-response' : 'request', exchange, asked: askedFieldsOf(apiKey, facts) };
  }

  /** Bytes that are kept whoever looks: of secrets, since they say whether a frame may be shown, and of full fetches. */
  #isNeeded(apiKey: number): boolean {
    return mayHoldSecrets(apiKey, 'request') || (apiKey === fetchKey && this.#facts.topLevel('sessionEpoch') === 0);
  }

  /** Any request but SASL's own ends an authentication; a client sends one only after it succeeded. */
  #ordinary(track: ConnectionTrack): void {
    track.step('request');
    track.reauthenticating = false;
    if (!track.tokenTaken) return;
    track.tokenTaken = false;
    track.authenticate();
  }

  #topicsOf(facts: WalkFacts): readonly string[] {
    // The list is ours: the facts begin a new one with the next walk.
    const { topics } = facts;
    if (facts.topicIds.length === 0) return topics.length === 0 ? noTags : topics;
    for (const id of facts.topicIds) {
      const name = this.#learned.topicNames.nameOf(id);
      if (!topics.includes(name)) topics.push(name);
    }
    return topics;
  }

  /** Secret bytes are overwritten in our copy; a secret-bearing frame that cannot be walked is opaque as a whole. */
  #redact(bytes: Uint8Array, header: RequestHeader, opaque: Opaque | null): Opaque | null {
    if (!this.#redacts) return opaque;
    const outcome = redactRequest(bytes, header.apiKey, header.apiVersion);
    if (outcome !== 'redacted-whole') return opaque;
    return {
      reason: 'redacted',
      detail: 'a frame that may hold secrets and cannot be decoded is not shown',
      offset: null,
    };
  }

  /** After raw tokens only a frame that is a request beyond doubt ends the token exchange (PROTOCOL 4.11). */
  #isSureRequest(payload: Uint8Array, header: RequestHeader): boolean {
    const range = versionRange(header.apiKey);
    if (range === null || header.apiVersion < range.min || header.apiVersion > range.max) return false;
    return walkMessage(payload, 'request', header.apiKey, header.apiVersion, this.#facts);
  }

  #rawToken(track: ConnectionTrack, frame: Frame, seq: number): RequestRead {
    track.step('sasl-token');
    track.expectsRawTokens = true;
    const nonceRepeated = track.learnToken(frame.bytes);
    const bytes = this.#keeper.keep(frame.bytes);
    if (this.#redacts) redactRawSasl(bytes);
    const opaque: Opaque = { reason: 'sasl-token', detail: 'raw token after SaslHandshake v0', offset: null };
    const exchange = newExchange(track, frame, seq, null, { bytes, opaque });
    if (track.reauthenticating) exchange.tags = reauthenticationTags;
    if (nonceRepeated) exchange.tags = [...exchange.tags, nonceRepeatedTag];
    return { kind: 'raw-token', exchange, asked: null };
  }

  #unreadableHeader(track: ConnectionTrack, frame: Frame, seq: number): Exchange {
    const view = new DataView(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.length);
    const header: RequestHeader = {
      apiKey: view.getInt16(0),
      apiVersion: view.getInt16(2),
      correlationId: view.getInt32(4),
      clientId: null,
      headerVersion: 1,
      bodyOffset: 8,
    };
    track.step('request');
    const bytes = this.#keeper.keep(frame.bytes);
    const reason = frame.missingBytes > 0 ? 'truncated' : 'malformed';
    const opaque: Opaque = { reason, detail: 'the request header runs past the frame', offset: 8 };
    return newExchange(track, frame, seq, header, { bytes, opaque: this.#redact(bytes, header, opaque) });
  }

  /**
   * What the handshake requests say of the client; read before redaction, and only the harmless part is kept. True for
   * a SCRAM login that repeats its nonce.
   */
  #learn(track: ConnectionTrack, payload: Uint8Array, header: RequestHeader): boolean {
    if (header.apiKey === apiVersionsKey) this.#ordinary(track);
    track.step(
      header.apiKey === apiVersionsKey
        ? 'api-versions'
        : header.apiKey === saslHandshakeKey
          ? 'sasl-handshake'
          : 'sasl-token',
    );
    const message = decodeRequest(payload);
    if (message.kind !== 'decoded') return false;
    const body = message.body;
    if (header.apiKey === apiVersionsKey) {
      const software = body.clientSoftwareName;
      const version = body.clientSoftwareVersion;
      if (typeof software === 'string' && software !== '') track.facts.software = shorten(software);
      if (typeof version === 'string' && version !== '') track.facts.softwareVersion = shorten(version);
    } else if (header.apiKey === saslHandshakeKey) {
      const mechanism = body.mechanism;
      if (typeof mechanism === 'string') track.facts.sasl = { mechanism: shortName(mechanism, mechanismCharactersMax) };
      track.reauthenticating = track.authenticated;
      track.tokenTaken = false;
      // Believed already now, since a capture may lack the answer; one that refuses takes it back.
      track.expectsRawTokens = header.apiVersion === 0;
      track.claimedUser = null;
    } else {
      const token = body.authBytes;
      return token instanceof Uint8Array && track.learnToken(token);
    }
    return false;
  }
}

/** The client id of a damaged frame with secrets may reach into them: a length in front of it that lies is enough. */
function safeHeader(header: RequestHeader, opaque: Opaque | null): RequestHeader {
  if (opaque?.reason !== 'redacted' || header.clientId === null) return header;
  const range = versionRange(header.apiKey);
  const known = range !== null && header.apiVersion >= range.min && header.apiVersion <= range.max;
  return known ? { ...header, clientId: null } : header;
}

function tagsOf(track: ConnectionTrack, apiKey: number, apiVersion: number): readonly string[] {
  const sasl = apiKey === saslHandshakeKey || apiKey === saslAuthenticateKey;
  const again = sasl && track.reauthenticating ? reauthenticationTags : noTags;
  if (!removedInKafka4(apiKey, apiVersion)) return again;
  return again === noTags ? deprecatedTags : [...deprecatedTags, ...again];
}

function shorten(text: string | null): string | null {
  return text === null ? null : shortName(text);
}

function newExchange(
  track: ConnectionTrack,
  frame: Frame,
  seq: number,
  header: RequestHeader | null,
  kept: { readonly bytes: Uint8Array; readonly opaque: Opaque | null },
): Exchange {
  const request: MessageFacts = {
    atUs: frame.firstByteUs,
    lastByteUs: frame.lastByteUs,
    forwardedUs: frame.forwardedUs,
    sizeBytes: frame.sizeBytes,
    bytes: kept.bytes,
    opaque: kept.opaque,
  };
  return {
    seq,
    status: 'in-flight',
    connection: track.facts,
    clientId: header === null ? null : shorten(header.clientId),
    apiKey: header === null ? null : header.apiKey,
    apiVersion: header === null ? null : header.apiVersion,
    guessed: false,
    correlationId: header === null ? null : header.correlationId,
    request,
    response: null,
    timing: unknownTiming,
    throttleTimeMs: null,
    errors: noErrors,
    errorsOmitted: 0,
    topics: noTags,
    topicCount: 0,
    group: null,
    transactionalId: null,
    records: null,
    partitionsOmitted: 0,
    session: null,
    tags: noTags,
  };
}
