/**
 * What may be told of the tokens of GSSAPI with Kerberos (RFC 4120, 4121, 4752): whose ticket the client brings, and
 * who it says it is. Both stand there unencrypted; keys, authenticators and tickets are never looked at.
 */

const decoder = new TextDecoder('utf-8', { fatal: true });
const nameCharactersMax = 256;

/** Tags of DER (X.690): [APPLICATION n] and [n], both constructed; the others are universal. */
const application = (n: number): number => 0x60 + n;
const context = (n: number): number => 0xa0 + n;
const sequence = 0x30;
const generalString = 0x1b;

/** Kerberos 5 (1.2.840.113554.1.2.2) as an object identifier, then the two bytes that announce an AP-REQ. */
const apReqPrefix: readonly number[] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x01, 0x00];

/** A stretch of a token. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The element at `start` if it has this tag and ends within `end`: where its content lies. */
function element(token: Uint8Array, start: number, end: number, tag: number): Span | null {
  if (end - start < 2 || token[start] !== tag) return null;
  const form = token[start + 1] ?? 0;
  let at = start + 2;
  let length = form;
  if (form >= 0x80) {
    const digits = form - 0x80;
    if (digits < 1 || digits > 3 || at + digits > end) return null;
    length = 0;
    for (const last = at + digits; at < last; at += 1) length = length * 256 + (token[at] ?? 0);
  }
  return at + length <= end ? { start: at, end: at + length } : null;
}

/** The content of the element with this tag among those side by side in a span; others before it are stepped over. */
function within(token: Uint8Array, span: Span | null, tag: number): Span | null {
  if (span === null) return null;
  for (let at = span.start; at < span.end; ) {
    const found = element(token, at, span.end, token[at] ?? 0);
    if (found === null || token[at] === tag) return found;
    at = found.end;
  }
  return null;
}

/** Printable text alone: what is anything else is no name. */
function nameOf(token: Uint8Array, start: number, end: number): string | null {
  if (end <= start || end - start > nameCharactersMax) return null;
  for (let at = start; at < end; at += 1) if ((token[at] ?? 0) < 0x20 || token[at] === 0x7f) return null;
  try {
    return decoder.decode(token.subarray(start, end));
  } catch {
    return null;
  }
}

/**
 * The service whose ticket a client's first token carries, as `kafka/broker1@REALM` (RFC 4120 §5.3, §5.5.1). Null for
 * any other token.
 */
export function gssService(token: Uint8Array): string | null {
  const framed = element(token, 0, token.length, application(0));
  if (framed === null) return null;
  if (!apReqPrefix.every((byte, index) => token[framed.start + index] === byte)) return null;
  const request = within(token, { start: framed.start + apReqPrefix.length, end: framed.end }, application(14));
  const ticket = within(token, within(token, within(token, request, sequence), context(3)), application(1));
  const fields = within(token, ticket, sequence);
  const realm = within(token, within(token, fields, context(1)), generalString);
  const principal = within(token, within(token, fields, context(2)), sequence);
  const names = within(token, within(token, principal, context(1)), sequence);
  if (realm === null || names === null) return null;
  const parts: string[] = [];
  for (let at = names.start; at < names.end; ) {
    const part = element(token, at, names.end, generalString);
    const name = part === null ? null : nameOf(token, part.start, part.end);
    if (part === null || name === null) return null;
    parts.push(name);
    at = part.end;
  }
  const realmName = nameOf(token, realm.start, realm.end);
  return realmName === null || parts.length === 0
    ? null
    : `${parts.join('/')}@${realmName}`.slice(0, nameCharactersMax);
}

const wrapHeaderBytes = 16;
const layerBytes = 4;
/** SentByAcceptor and Sealed (RFC 4121 §4.2.2): neither is set in what a client says in the clear. */
const flagsOfOthers = 0x03;
/** No security layer, integrity, confidentiality (RFC 4752 §3.3). */
const layers: readonly number[] = [1, 2, 4];

/**
 * Who a client's last token says it is: the authorization identity behind the choice of a security layer (RFC 4752
 * §3.1), in a Wrap token that is signed but not encrypted (RFC 4121 §4.2.6.2). Kafka takes the client for it, by way of
 * sasl.kerberos.principal.to.local.rules. Null for any other token, and where the client leaves the name out.
 */
export function gssAuthorizationId(token: Uint8Array): string | null {
  const [first, second, flags = 0, filler] = token;
  if (first !== 0x05 || second !== 0x04 || filler !== 0xff || (flags & flagsOfOthers) !== 0) return null;
  const checksumBytes = ((token[4] ?? 0) << 8) | (token[5] ?? 0);
  const rotation = ((token[6] ?? 0) << 8) | (token[7] ?? 0);
  const wrappedBytes = token.length - wrapHeaderBytes;
  const textBytes = wrappedBytes - checksumBytes - layerBytes;
  if (textBytes <= 0 || textBytes > nameCharactersMax) return null;
  // The signed text and its checksum may lie rotated to the right (§4.2.5).
  const text = new Uint8Array(layerBytes + textBytes);
  for (let at = 0; at < text.length; at += 1) {
    text[at] = token[wrapHeaderBytes + ((at + rotation) % wrappedBytes)] ?? 0;
  }
  return layers.includes(text[0] ?? 0) ? nameOf(text, layerBytes, text.length) : null;
}
