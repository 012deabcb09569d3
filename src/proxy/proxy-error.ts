/** Why the proxy could not start; stable words for scripts, the message is for the person. */
export type ProxyErrorCode =
  | 'port-in-use'
  | 'address-not-available'
  | 'permission'
  | 'name-not-found'
  | 'listen-failed'
  | 'invalid-option';

/** The proxy cannot start. `message` is one sentence with the cause and the next step. */
export class ProxyError extends Error {
  readonly code: ProxyErrorCode;

  constructor(code: ProxyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProxyError';
    this.code = code;
  }
}

/** Reads Node's error code (`ECONNREFUSED` …) from anything thrown; empty when there is none. */
export function systemErrorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
