import type { ConnectFailure } from './connect-failure.ts';

/** Words for a TLS handshake with a broker that failed; null when the code is none of TLS's. */
export function explainBrokerTls(name: string, code: string, detail: string): ConnectFailure | null {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return failed(
        'certificate-expired',
        `The certificate of ${name} has expired: renew it on the broker; until then --upstream-insecure connects all the same.`,
      );
    case 'CERT_NOT_YET_VALID':
      return failed(
        'certificate-not-yet-valid',
        `The certificate of ${name} is not valid yet: check the clocks of this machine and of the one that signed it.`,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return failed(
        'certificate-wrong-name',
        `The certificate of ${name} is for another name (${detail}): connect by a name it holds, or say which with --upstream-servername.`,
      );
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return failed(
        'certificate-unknown-ca',
        `The certificate of ${name} is signed by an authority that is not known here (${code}): give that authority's PEM with --upstream-ca.`,
      );
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return failed(
        'not-tls',
        `${name} does not answer with TLS: it is a plaintext listener; drop --upstream-tls or use the broker's TLS port.`,
      );
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
    case 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE':
    case 'ERR_SSL_TLSV1_ALERT_HANDSHAKE_FAILURE':
      return failed(
        'certificate-required',
        `${name} refused the handshake, as a broker does that wants a client certificate: give one with --upstream-cert and --upstream-key.`,
      );
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED':
      return failed(
        'certificate-refused',
        `${name} refused our client certificate (${code}): give one with --upstream-cert that its truststore accepts.`,
      );
    default:
      return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
        ? failed('tls-failed', `The TLS handshake with ${name} failed (${code}${detail === '' ? '' : `: ${detail}`}).`)
        : null;
  }
}

/** Words for a client's TLS handshake that failed. `verdict` is what verifying its certificate found, if anything. */
export function explainClientTls(code: string, verdict: string): ConnectFailure {
  if (verdict !== '') {
    const expired = verdict === 'CERT_HAS_EXPIRED';
    return expired
      ? failed('certificate-expired', "The client's certificate has expired: renew it.")
      : failed(
          'certificate-refused',
          `The client's certificate is not signed by an authority of --client-ca (${verdict}): give the client one that is, or add its authority there.`,
        );
  }
  switch (code) {
    case 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE':
      return failed(
        'certificate-missing',
        'The client sent no certificate, and --client-ca asks for one: give the client a keystore (ssl.keystore.*, or ssl.certificate.location).',
      );
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_UNEXPECTED_MESSAGE':
    case 'ERR_SSL_HTTP_REQUEST':
      return failed(
        'not-tls',
        "The client does not speak TLS on this TLS listener: set the client's security.protocol to SSL (or SASL_SSL).",
      );
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
      return failed(
        'certificate-not-trusted',
        'The client does not accept our certificate: give it the authority (`kafka-scope ca` prints it), and connect by a name the certificate holds.',
      );
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_NO_SHARED_CIPHER':
      return failed(
        'tls-version',
        `The client and kafka-scope have no TLS version or cipher in common (${code}): TLS 1.2 is the oldest accepted.`,
      );
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return failed(
        'handshake-timeout',
        'The client did not finish its TLS handshake in time: is it a plaintext client or a port check?',
      );
    case 'ECONNRESET':
    case '':
      return failed(
        'handshake-abandoned',
        'The client left during the TLS handshake; if it says the certificate is not trusted, give it what `kafka-scope ca` prints.',
      );
    default:
      return failed('tls-failed', `The TLS handshake with the client failed (${code}).`);
  }
}

function failed(reason: string, message: string): ConnectFailure {
  return { reason, message };
}
