/**
 * Raw SASL tokens are announced by SaslHandshake v0 (PROTOCOL 4.11). A capture that begins behind it shows them all the
 * same, as frames of API keys that nobody knows; these shapes give them away. None of them can be a known request: that
 * begins with two small numbers, so with zeros and control characters, which no token has there.
 */

const nul = 0;
const equals = 0x3d;
const space = 0x20;
const derApplication = 0x60;
const derLongForm = 0x80;

/** Longest token that is looked through; real ones are below a few KiB. */
const tokenBytesMax = 65_536;

/** PLAIN (RFC 4616): two NULs, text around them. */
function isPlain(bytes: Uint8Array): boolean {
  let nuls = 0;
  for (const byte of bytes) {
    if (byte === nul) nuls += 1;
    else if (byte < space) return false;
    if (nuls > 2) return false;
  }
  return nuls === 2;
}

/** SCRAM (RFC 5802), OAUTHBEARER (RFC 7628): letter and `=`, or the GS2 header `n,` or `y,`. AWS_MSK_IAM: JSON. */
function isAttributes(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  if (second === equals) return first >= 0x61 && first <= 0x7a;
  if (first === 0x7b) return second === 0x22;
  return second === 0x2c && (first === 0x6e || first === 0x79);
}

/** The first token of GSSAPI (RFC 2743): tag 60, then the length of all that follows. */
function isGssInitial(bytes: Uint8Array): boolean {
  const form = bytes[1] ?? 0;
  if (bytes[0] !== derApplication) return false;
  if (form < derLongForm) return form === bytes.length - 2;
  const digits = form - derLongForm;
  if (digits < 1 || digits > 3) return false;
  let length = 0;
  for (let at = 2; at < 2 + digits; at += 1) length = length * 256 + (bytes[at] ?? 0);
  return length === bytes.length - 2 - digits;
}

/** Tells whether a client's frame is a SASL token beyond reasonable doubt. Two comparisons for any ordinary request. */
export function looksLikeSaslToken(bytes: Uint8Array): boolean {
  if (bytes.length < 3 || bytes.length > tokenBytesMax) return false;
  const [first = 0, second = 0, third = 0] = bytes;
  if (first === nul) {
    // Version 0 to 255 of any API has a zero here; a user name of one letter is the only token that has.
    if (second < space || (third === nul && (bytes[3] ?? 0) < space)) return false;
    return isPlain(bytes);
  }
  if (first < space) return false;
  return isAttributes(bytes) || isGssInitial(bytes) || isPlain(bytes);
}
