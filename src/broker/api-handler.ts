import type { Struct } from '../protocol/message.ts';
import type { ClusterState } from './cluster-state.ts';

/** A client's connection as handlers see it; it outlives single requests. */
export interface ConnectedClient {
  readonly host: string;
  softwareName: string | null;
  softwareVersion: string | null;
  /** Runs `listener` when the connection ends; the returned function takes that back. */
  onClose(listener: () => void): () => void;
}

/** What a handler knows besides the request's body. */
export interface RequestContext {
  readonly cluster: ClusterState;
  readonly nodeId: number;
  readonly apiVersion: number;
  readonly clientId: string | null;
  readonly client: ConnectedClient;
  /** Size of the whole request, for quotas. */
  readonly requestBytes: number;
}

/** A handler's answer: a body; nothing (acks=0); or the end of the connection, the only failure some requests allow. */
export type HandlerAnswer = Struct | 'no-response' | 'close';

/** One API's behaviour; the versions are what ApiVersions advertises. */
export interface ApiHandler {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
  handle(request: Struct, context: RequestContext): HandlerAnswer | Promise<HandlerAnswer>;
}
