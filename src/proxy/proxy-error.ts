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
