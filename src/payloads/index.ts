/**
 * What bytes inside messages and records hold. Enters: bytes and the place they stand in. Leaves: span trees and words.
 * This room knows messages and record batches, but nothing of connections, stores or screens.
 */
import { clusterMetadataValue } from './cluster-metadata.ts';
import { connectAssignment, connectWorkerState } from './connect-protocol.ts';
import { consumerAssignment, consumerSubscription } from './consumer-protocol.ts';
import { controlKey, controlValue } from './control-record.ts';
import { coordinatorRecords } from './coordinator-records.ts';
import { envelopeAddress, envelopePrincipal, envelopeRequest, envelopeResponse } from './envelope.ts';
import type { PayloadReader } from './payload-reader.ts';
import { saslToken } from './sasl-token.ts';
import { stickyUserData } from './sticky-assignor.ts';
import { streamsAssignment } from './streams-assignment.ts';
import { streamsSubscription } from './streams-subscription.ts';
import { telemetryMetrics } from './telemetry.ts';

/** Every reader; the first that matches a place reads it. Records that none matches are recognised by their looks. */
export const payloadReaders: readonly PayloadReader[] = [
  controlKey,
  controlValue,
  ...coordinatorRecords,
  clusterMetadataValue,
  consumerSubscription,
  consumerAssignment,
  connectWorkerState,
  connectAssignment,
  stickyUserData,
  streamsSubscription,
  streamsAssignment,
  saslToken,
  telemetryMetrics,
  envelopeRequest,
  envelopeResponse,
  envelopePrincipal,
  envelopeAddress,
];
