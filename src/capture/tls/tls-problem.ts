/** Version numbers on the wire. */
export const tlsVersion12 = 0x0303;
export const tlsVersion13 = 0x0304;

/** Why a TLS connection stays unread. */
export type TlsProblem =
  | { readonly kind: 'no-secret' }
  | { readonly kind: 'joined-midway' }
  | { readonly kind: 'hello-missing' }
  | { readonly kind: 'version-not-read'; readonly version: string }
  | { readonly kind: 'suite-not-read'; readonly suite: string }
  | { readonly kind: 'keys-do-not-fit' }
  | { readonly kind: 'record-damaged' }
  | { readonly kind: 'too-much-held' }
  | { readonly kind: 'not-tls' };

/** One sentence: what is missing and what to do about it. `secrets` is the number of key log lines at hand. */
export function tlsProblemSentence(problem: TlsProblem, secrets: number): string {
  switch (problem.kind) {
    case 'no-secret':
      return secrets === 0
        ? 'TLS, and no session secrets are at hand: give --keylog FILE (an SSLKEYLOGFILE written by the client or the broker), or a pcapng with a Decryption Secrets Block.'
        : 'TLS, and the key log has no secret of this session: it was written by another process, or begun after this connection.';
    case 'joined-midway':
      return 'TLS whose handshake was not captured, so no key log can open it: begin the capture before the client connects.';
    case 'hello-missing':
      return "TLS whose handshake is incomplete in this capture (one side's hello is missing): capture both directions from the start.";
    case 'version-not-read':
      return `${problem.version} is not decrypted here (TLSv1.2 and TLSv1.3 are).`;
    case 'suite-not-read':
      return `the cipher suite ${problem.suite} is not decrypted here; the suites of TLSv1.3 and the certificate suites of TLSv1.2 with AES or ChaCha20 are.`;
    case 'keys-do-not-fit':
      return 'the key log names this session, but its secrets do not open its records: the log belongs to another capture, or one side restarted the handshake.';
    case 'record-damaged':
      return 'records stopped opening in the middle of the connection: the capture has altered or lost bytes there.';
    case 'too-much-held':
      return 'too many TLS connections had unfinished records at once, and this one was given up to keep memory bounded: read a part of the capture, e.g. with `editcap -A` and `-B`.';
    case 'not-tls':
      return 'the first bytes look like TLS, but what follows has no TLS records.';
    default:
      return problem satisfies never;
  }
}
