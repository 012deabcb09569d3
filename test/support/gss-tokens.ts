const latin = (text: string): number[] => [...new TextEncoder().encode(text)];

/** An element of DER (X.690) with a definite length. */
export function der(tag: number, ...contents: readonly (readonly number[])[]): number[] {
  const content = contents.flat();
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return [tag, ...size, ...content];
}

/** What lies encrypted in a ticket or an authenticator of these tests. */
export const sealedText = 'CANARY-sealed-by-the-KDC';

const integer = (value: number): number[] => der(0x02, [value]);
const general = (text: string): number[] => der(0x1b, latin(text));
/** EncryptedData (RFC 4120 §5.2.9): etype 18 (aes256-cts-hmac-sha1-96), cipher. */
const encrypted = (): number[] => der(0x30, der(0xa0, integer(18)), der(0xa2, der(0x04, latin(sealedText.repeat(8)))));

/** A client's first token: the GSS frame (RFC 2743 §3.1) around an AP-REQ (RFC 4120 §5.5.1) with a ticket (§5.3). */
export function firstGssToken(realm: string, names: readonly string[]): Uint8Array {
  const service = der(0x30, der(0xa0, integer(3)), der(0xa1, der(0x30, ...names.map(general))));
  const ticket = der(
    0x61, // [APPLICATION 1]
    der(
      0x30,
      der(0xa0, integer(5)), // tkt-vno
      der(0xa1, general(realm)),
      der(0xa2, service), // sname
      der(0xa3, encrypted()),
    ),
  );
  const request = der(
    0x6e, // [APPLICATION 14]
    der(
      0x30,
      der(0xa0, integer(5)), // pvno
      der(0xa1, integer(14)), // msg-type
      der(0xa2, der(0x03, [0, 0x20, 0, 0, 0])), // ap-options: mutual-required
      der(0xa3, ticket),
      der(0xa4, encrypted()), // authenticator
    ),
  );
  const kerberos = der(0x06, [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02]);
  return Uint8Array.from(der(0x60, kerberos, [0x01, 0x00], request));
}

const checksum = Array.from({ length: 12 }, (_, index) => 0xf0 + index);

/** A client's last token: a Wrap token (RFC 4121 §4.2.6.2) around layer, size and authorization identity (RFC 4752). */
export function lastGssToken(authorizationId: string, { flags = 0x04, rotation = 0, layer = 1 } = {}): Uint8Array {
  const wrapped = [layer, 0, 0, 0, ...latin(authorizationId), ...checksum];
  const turned = wrapped.map((_, at) => wrapped[(at + wrapped.length * 2 - rotation) % wrapped.length] ?? 0);
  return Uint8Array.from([
    ...[0x05, 0x04], // TOK_ID
    flags,
    0xff, // filler
    ...[0, checksum.length], // EC: how long the checksum is
    ...[0, rotation], // RRC
    ...[0, 0, 0, 0, 0x12, 0x34, 0x56, 0x78], // SND_SEQ
    ...turned,
  ]);
}
