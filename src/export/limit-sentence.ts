import { countText } from './quantity-text.ts';

/** What it means that a limit was reached. */
interface LimitMeaning {
  /** What became of what lies beyond, as the end of a sentence. */
  readonly meaning: string;
  /** True where traffic was left out that no gap or other count tells of; `--strict` refuses it. */
  readonly loses: boolean;
}

const lost = (meaning: string): LimitMeaning => ({ meaning, loses: true });
const harmless = (meaning: string): LimitMeaning => ({ meaning, loses: false });

/** The limits of the capture room and of the engine by name; one not listed here is taken for a loss. */
const meanings: Readonly<Record<string, LimitMeaning>> = {
  // Files.
  packetBytesMax: lost('packets that claim to be larger were stepped over as damage'),
  damagedPlacesMax: lost('reading stopped: the file is made of little else than damage; copy it again'),
  interfacesMax: lost('reading stopped: no capture has so many interfaces'),
  secretsBytesMax: lost('further TLS secrets in the capture were not used; give them with --keylog'),
  hostNamesMax: harmless('further host names in the capture were left out; their hosts show as addresses'),
  fragmentedPacketsMax: lost('the oldest IP packets still missing fragments were given up'),
  // TCP.
  connectionsMax: lost('connections silent for long were closed, and new ones left out while all others were busy'),
  idleUsMax: harmless('connections without a packet for so long were closed, and join again at their next message'),
  bufferedBytesPerStreamMax: harmless('what was missing before the bytes held became a gap'),
  bufferedSegmentsPerStreamMax: harmless('what was missing before the segments held became a gap'),
  bufferedBytesMax: harmless('what was missing before the bytes held of all connections became gaps'),
  // Recognition.
  undecidedBytesMax: harmless('later bytes of a connection not yet known as Kafka were let go'),
  undecidedBytesTotalMax: lost('what the oldest connections not yet known as Kafka said was let go'),
  undecidedWaitUsMax: harmless('connections known as Kafka only later are told late, so time steps back there'),
  foreignBytesMax: harmless('of connections that do not read as Kafka only the beginning was held'),
  orderedBytesMax: harmless('connections not yet known as Kafka are not waited for, so time may step back'),
  evidenceBytesMax: lost('connections whose long requests were judged by their headers alone do not count as Kafka'),
  evidenceRequestsMax: lost('connections with more unanswered requests than are remembered do not count as Kafka'),
  kafkaEndpointsMax: lost('traffic of further Kafka endpoints was left out'),
  notKafkaListedMax: harmless('further endpoints that are not Kafka are only counted'),
  // TLS.
  tlsSessionsMax: lost('secrets of further TLS sessions were not used; give a key log of this capture only'),
  tlsHeldBytesMax: lost('TLS connections that hold records which are not whole were given up'),
  unreadTlsToldMax: harmless('further TLS connections without keys are only counted'),
  // The engine.
  assembledBytesMax: lost('messages were cut because those arriving at once are too large together'),
  inFlightMax: lost('the oldest requests still waiting for an answer were given up as abandoned'),
  rawTokensMax: lost('the oldest login tokens still waiting for an answer were given up as abandoned'),
  answerDepthMax: harmless('answers were not looked for behind so many older requests, and show as orphans'),
  fetchSessionsMax: harmless('the fetch sessions unused for longest were forgotten; their topics show as unknown'),
  sessionPartitionsMax: harmless(
    'sessions were forgotten as all have too many partitions; their topics show as unknown',
  ),
  partitionsPerSessionMax: harmless('what a session has beyond so many partitions was left out; it shows as partial'),
  topicIdsMax: harmless('the topic names learned first were forgotten; their topics show as ids'),
  producerIdsMax: harmless('the producer ids learned first were forgotten; they show without transactional id'),
  offersKeptMax: harmless('what brokers offer is read anew on each connection to those heard first'),
  apisOfferedMax: harmless('of a broker that offers more APIs the others are not known to be offered'),
  layoutsMax: harmless('orphans of connections that use more kinds of requests may stay unnamed'),
  searchBytesMax: harmless('behind a loss, a message longer than what is held was passed over on the way to the next'),
  undecidedPlacesMax: harmless('behind a loss, the oldest places where a message might begin were given up'),
  searchWalkedBytesMax: harmless('behind a loss, messages were then looked for only where packets begin'),
  backlogEventsMax: lost('directions of connections that nobody took the messages of were given up'),
  // What is noticed.
  findingsMax: harmless('further findings have no row of their own'),
  openingsWatchedMax: harmless('connections that opened while so many others did were not looked at for findings'),
  brokersRememberedMax: harmless('findings about further brokers may say less'),
  loginsWaitingMax: harmless('clients that leave a Kerberos login without a ticket may go unnoticed'),
  clientHostsMax: harmless('clients that never come to the advertised address may go unnoticed'),
};

/** Names of the limits that have a sentence. */
export const explainedLimits: readonly string[] = Object.keys(meanings);

/** One sentence: which limit was reached, how often, and what became of what lies beyond. */
export function limitSentence(limit: string, count: number): string {
  const times = count === 1 ? 'once' : `${countText(count)} times`;
  const meaning = meanings[limit]?.meaning ?? 'what lies beyond was left out';
  return `The limit ${limit} was reached ${times}: ${meaning}.`;
}

/** True when reaching the limit means that something was not read. */
export function losesTraffic(limit: string): boolean {
  return meanings[limit]?.loses ?? true;
}
