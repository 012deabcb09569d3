import type { TrafficEvent } from '../../exchange/event.ts';
import type { Diagnosis, FindingSeverity } from '../finding.ts';
import type { HandshakeRule } from './rule.ts';

/** Events whose own sentence is a diagnosis already; what raised them knew best. */
const severities: Readonly<Record<string, FindingSeverity>> = {
  'tls-failed': 'error',
  'tls-unread': 'warning',
  'connection-failed': 'error',
  'upstream-unreachable': 'error',
  'upstream-loop': 'error',
  'listener-failed': 'error',
  'rewrite-refused': 'error',
  'versions-capped': 'warning',
  'api-versions-too-new': 'warning',
  'connection-timeout': 'warning',
  'connection-refused': 'warning',
  'accept-failed': 'error',
  'keylog-failed': 'warning',
  'upstream-authentication-failed': 'error',
  'proxy-protocol-missing': 'error',
  'recording-stopped': 'error',
  'inspection-skipped': 'warning',
};

/** Events that say what is wrong by themselves become findings under their own word, or the `reason` they give. */
export const toldEvents: HandshakeRule = (event, opening) => {
  if (event.kind !== 'event') return null;
  if (event.event === 'addresses-not-rewritten') return bypass(event, opening?.client ?? null, opening?.broker ?? null);
  const severity = severities[event.event];
  const { message, reason, client } = event.detail;
  if (severity === undefined || typeof message !== 'string') return null;
  return {
    finding: event.event === 'tls-failed' && typeof reason === 'string' ? `tls-${reason}` : event.event,
    severity,
    atUs: event.atUs,
    connection: event.connection,
    client: typeof client === 'string' ? client : (opening?.client ?? null),
    broker: opening?.broker ?? null,
    message,
  };
};

/** An address that went to a client as the broker sent it: the client goes there, past the proxy. */
function bypass(event: TrafficEvent, client: string | null, broker: string | null): Diagnosis {
  const { api, apiKey, apiVersion, detail } = event.detail;
  const name = `${api ?? `key ${apiKey}`} v${apiVersion}`;
  return {
    finding: 'address-bypasses-proxy',
    severity: 'error',
    atUs: event.atUs,
    connection: event.connection,
    client,
    broker,
    message: `A response of ${name} went to its client with the brokers' own addresses (${detail}): what the client does next may go past the proxy and not be seen.`,
  };
}
