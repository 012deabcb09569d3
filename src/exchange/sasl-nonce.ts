/** Tag of a SCRAM login whose client repeats its nonce (librdkafka issue 4895, before 2.6.1). */
export const nonceRepeatedTag = 'scram-nonce-repeated';

/** Longest nonce looked at; real ones have 24 to 60 characters. */
const nonceCharactersMax = 256;

/** Longest client message looked at. */
const messageCharactersMax = 2048;

/**
 * Watches the client's side of one SCRAM login (RFC 5802) for the one mistake that looks like a wrong password: the
 * final message must repeat the server's nonce, which begins with the client's; old librdkafka puts the client's in
 * front once more. Nothing is kept beyond the login.
 */
export class NonceWatch {
  #clientNonce: string | null = null;

  /** Reads a token of the client. True when its final message repeats the client's nonce. */
  repeats(mechanism: string, token: Uint8Array): boolean {
    if (!mechanism.toUpperCase().startsWith('SCRAM-')) return false;
    const text = Buffer.from(token.buffer, token.byteOffset, Math.min(token.length, messageCharactersMax)).toString(
      'latin1',
    );
    const first = /^[nyp][^,]*,[^,]*,(?:m=[^,]*,)?n=[^,]*,r=([^,]+)/.exec(text)?.[1];
    if (first !== undefined) {
      this.#clientNonce = first.length > nonceCharactersMax ? null : first;
      return false;
    }
    const nonce = this.#clientNonce;
    this.#clientNonce = null;
    const final = /^c=[^,]*,r=([^,]+)/.exec(text)?.[1];
    return nonce !== null && final?.startsWith(nonce + nonce) === true;
  }
}
