import type { MessageFacts, Timing } from './exchange.ts';

/** What the connection did before this answer, needed to tell queueing from work. */
export interface ConnectionPast {
  /** Last byte of the response before this one; null when there was none. */
  readonly previousResponseUs: number | null;
  /** Throttle time of that response: since KIP-219 the broker answers first and then stays mute for as long. */
  readonly previousThrottleUs: number;
}

function clamp(value: number, max: number): number {
  if (value <= 0) return 0;
  return Math.min(value, max);
}

/** How long a request stood behind earlier ones of its connection, in µs, at most `latencyUs`. */
export function queuedUsOf(
  requestLastByteUs: number,
  responseFirstByteUs: number,
  latencyUs: number,
  past: ConnectionPast,
): number {
  if (past.previousResponseUs === null) return 0;
  const unmutedUs = past.previousResponseUs + past.previousThrottleUs;
  // An answer that came before the mute would have ended proves that this broker did not mute.
  const freeUs = unmutedUs <= responseFirstByteUs ? unmutedUs : past.previousResponseUs;
  return clamp(freeUs - requestLastByteUs, latencyUs);
}

/**
 * CONTRACT's timing of an answered exchange. Latency runs from the request's last byte to the response's first and
 * splits into queued + wait + broker; `waitUs` is what the API's profile calls deliberate.
 */
export function timingOf(
  request: MessageFacts,
  response: MessageFacts,
  queuedUs: number,
  waitUs: number,
  throttleTimeMs: number | null,
): Timing {
  const latencyUs = Math.max(0, response.atUs - request.lastByteUs);
  const wait = clamp(waitUs, latencyUs - queuedUs);
  return {
    latencyUs,
    queuedUs,
    brokerUs: latencyUs - queuedUs - wait,
    waitUs: wait,
    throttleUs: throttleTimeMs === null ? null : throttleTimeMs * 1000,
    requestTransferUs: request.lastByteUs - request.atUs,
    responseTransferUs: response.lastByteUs - response.atUs,
    proxyUs: proxyUsOf(request, response),
  };
}

/** Time that both messages lay with us, from their last byte read to their last byte handed on; null in captures. */
function proxyUsOf(request: MessageFacts, response: MessageFacts): number | null {
  const requestUs = request.forwardedUs ?? null;
  const responseUs = response.forwardedUs ?? null;
  if (requestUs === null || responseUs === null) return null;
  return Math.max(0, requestUs - request.lastByteUs) + Math.max(0, responseUs - response.lastByteUs);
}
