import { Histogram } from '../metrics/histogram.ts';
import type { PathFacts } from '../metrics/path-facts.ts';
import type { RunningProxy } from '../proxy/proxy.ts';
import type { TrafficSession } from './traffic-session.ts';

const notMeasured = new Histogram().save();

/**
 * What can be said of the path from outside of it: what its events and its decoded traffic tell. Bytes are those of
 * whole messages, the same on both sides, since nothing here sees a socket; so no connection counts as audited.
 */
export function pathFactsOf(proxy: RunningProxy, session: TrafficSession, draining: boolean): PathFacts {
  const { exported } = session.metrics;
  const { requestBytes, responseBytes } = exported.bytes();
  const open = exported.connections.size;
  const total = session.metrics.totals(0);
  return {
    bytes: { fromClient: requestBytes, toBroker: requestBytes, fromBroker: responseBytes, toClient: responseBytes },
    rewrites: session.pathLog.rewrites(),
    rewriteDeltaBytes: 0,
    versionCaps: [],
    audited: 0,
    unbalanced: 0,
    addedUs: notMeasured,
    skippedFrames: 0,
    skippedBytes: 0,
    inspectedFrames: total.requests + total.responses,
    refused: session.pathLog.refused(),
    connections: { connecting: Math.max(0, proxy.connections() - open), [draining ? 'draining' : 'open']: open },
    draining,
    upstreamReached: session.pathLog.upstreamReached,
  };
}
