import { searchBytesMax, undecidedPlacesMax } from '../wire/frame-search.ts';
import { backlogEventsMax } from '../wire/frame-splitter.ts';
import { LimitBook } from './limit-book.ts';
import {
  answerDepthMax,
  apisOfferedMax,
  assembledBytesMax,
  fetchSessionsMax,
  inFlightMax,
  layoutsMax,
  offersKeptMax,
  partitionsPerSessionMax,
  producerIdsMax,
  rawTokensMax,
  searchWalkedBytesMax,
  sessionPartitionsMax,
  topicIdsMax,
} from './limits.ts';

/** Every limit of the engine that is told by an event. */
const sizes = {
  assembledBytesMax,
  inFlightMax,
  rawTokensMax,
  answerDepthMax,
  fetchSessionsMax,
  sessionPartitionsMax,
  partitionsPerSessionMax,
  topicIdsMax,
  producerIdsMax,
  offersKeptMax,
  apisOfferedMax,
  layoutsMax,
  searchBytesMax,
  undecidedPlacesMax,
  searchWalkedBytesMax,
  backlogEventsMax,
} as const;

/** A limit of the engine by its name. */
export type EngineLimitName = keyof typeof sizes;

/** The limits of one engine, shared by all its parts. */
export class EngineLimits extends LimitBook<EngineLimitName> {
  constructor() {
    super(sizes);
  }
}

/** The event that tells a limit of the engine; those of `assembledBytesMax` and of what waits have more to say. */
export function limitEventOf(limit: EngineLimitName): 'session-limit' | 'engine-limit' {
  switch (limit) {
    case 'fetchSessionsMax':
    case 'sessionPartitionsMax':
    case 'partitionsPerSessionMax':
      return 'session-limit';
    default:
      return 'engine-limit';
  }
}
