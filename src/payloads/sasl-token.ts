import type { SpanWriter } from '../records/span-writer.ts';
import { gssAuthorizationId, gssService } from './gss-token.ts';
import { isRedacted, type PayloadPlace, type PayloadReader } from './payload-reader.ts';
import { shownClaims, textBetween } from './sasl.ts';

/** Name under which the mechanism that SaslHandshake agreed on is found. */
export const mechanismName = 'sasl.mechanism';

/** Longest token taken apart; Kafka's own limit for what it receives is 512 KiB. */
const tokenBytesMax = 64 * 1024;
/** Pieces of a token that are shown; a hostile one may be all commas. */
const piecesMax = 64;

const redacted = 'redacted';
const comma = 0x2c;
const separator = 0x01;

/** SCRAM attributes that tell nothing about the password: user, authorization, nonce, iterations, binding, error. */
const scramShown: ReadonlyMap<string, string> = new Map([
  ['n', 'user'],
  ['a', 'authzid'],
  ['r', 'nonce'],
  ['i', 'iterations'],
  ['c', 'channelBinding'],
  ['e', 'error'],
  ['tokenauth', 'tokenauth'],
]);
/** And those that do: they allow guessing the password offline. Names nobody defined are treated the same. */
const scramHidden: ReadonlyMap<string, string> = new Map([
  ['s', 'salt'],
  ['p', 'proof'],
  ['v', 'serverSignature'],
]);

const oauthShown: ReadonlySet<string> = new Set(['host', 'port', 'logicalCluster', 'identityPoolId']);
const iamShown: ReadonlySet<string> = new Set([
  'version',
  'host',
  'user-agent',
  'action',
  'x-amz-algorithm',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'request-id',
]);

/** Adds the piece that ends at `end`, and steps over its separator. */
function piece(
  writer: SpanWriter,
  name: string,
  end: number,
  note: string | null,
  shown: boolean,
  value?: string,
): void {
  const { reader } = writer;
  const start = reader.position;
  reader.position = end;
  writer.leaf(name, 'TEXT', shown ? (value ?? textBetween(reader.bytes, start, end)) : undefined, note, start);
}

function nextOf(writer: SpanWriter, byte: number): number {
  const { reader } = writer;
  const at = reader.bytes.indexOf(byte, reader.position);
  return at < 0 || at > reader.end ? reader.end : at;
}

function hideRest(writer: SpanWriter, name: string): void {
  const { reader } = writer;
  if (reader.remaining > 0) piece(writer, name, reader.end, redacted, false);
}

/** PLAIN (RFC 4616): `[authzid] NUL authcid NUL passwd`. */
function plain(writer: SpanWriter): void {
  const { reader } = writer;
  const first = nextOf(writer, 0);
  const second = first < reader.end ? reader.bytes.indexOf(0, first + 1) : -1;
  if (second < 0 || second >= reader.end) {
    hideRest(writer, 'token');
    return;
  }
  piece(writer, 'authzid', first, null, true);
  reader.position = first + 1;
  piece(writer, 'user', second, null, true);
  reader.position = second + 1;
  piece(writer, 'password', reader.end, redacted, false);
}

/** SCRAM (RFC 5802): attributes divided by commas, behind a GS2 header in the client's first message. */
function scram(writer: SpanWriter): void {
  const { reader } = writer;
  for (let index = 0; reader.remaining > 0; index += 1) {
    if (index >= piecesMax) {
      hideRest(writer, 'rest');
      return;
    }
    const end = nextOf(writer, comma);
    scramPiece(writer, end);
    if (end < reader.end) reader.position = end + 1;
  }
}

function scramPiece(writer: SpanWriter, end: number): void {
  const { reader } = writer;
  const start = reader.position;
  const equals = reader.bytes.subarray(start, end).indexOf(0x3d);
  if (equals < 0) {
    const flag = end - start <= 1;
    piece(writer, 'gs2', end, flag ? null : redacted, flag);
    return;
  }
  const key = textBetween(reader.bytes, start, start + equals);
  const shown = scramShown.get(key);
  const value = textBetween(reader.bytes, start + equals + 1, end)
    .replaceAll('=2C', ',')
    .replaceAll('=3D', '=');
  if (shown !== undefined) piece(writer, shown, end, null, true, value);
  else piece(writer, scramHidden.get(key) ?? 'attribute', end, redacted, false);
}

/** OAUTHBEARER (RFC 7628): a GS2 header, then `key=value` between bytes 0x01. Of the token only claims are shown. */
function oauth(writer: SpanWriter): void {
  const { reader } = writer;
  if (reader.bytes[reader.position] === 0x7b) {
    // The server's answer to a token it refuses is a JSON object without secrets.
    piece(writer, 'failure', reader.end, null, true);
    return;
  }
  piece(writer, 'gs2', nextOf(writer, separator), null, true);
  for (let index = 0; reader.remaining > 0; index += 1) {
    reader.position += 1;
    if (reader.remaining === 0 || index >= piecesMax) break;
    const end = nextOf(writer, separator);
    if (end > reader.position) oauthPiece(writer, end);
    reader.position = end;
  }
  hideRest(writer, 'rest');
}

function oauthPiece(writer: SpanWriter, end: number): void {
  const { reader } = writer;
  const start = reader.position;
  const equals = reader.bytes.subarray(start, end).indexOf(0x3d);
  const key = equals < 0 ? 'attribute' : textBetween(reader.bytes, start, start + equals);
  if (key !== 'auth') {
    const shown = oauthShown.has(key);
    const value = textBetween(reader.bytes, start + equals + 1, end);
    if (shown) piece(writer, key, end, null, true, value);
    else piece(writer, 'extension', end, redacted, false);
    return;
  }
  const claims = shownClaims(reader.bytes.subarray(start, end));
  piece(writer, 'token', end, claims === null ? redacted : `${redacted}; claims ${claims}`, false);
}

/** AWS_MSK_IAM: a JSON object; names are shown, values only of those that are no credentials. */
function iam(writer: SpanWriter): void {
  const { reader } = writer;
  const start = reader.position;
  const pairs: string[] = [];
  try {
    const token: unknown = JSON.parse(textBetween(reader.bytes, start, reader.end, tokenBytesMax));
    if (typeof token === 'object' && token !== null) {
      for (const [name, value] of Object.entries(token).slice(0, piecesMax)) {
        const shown = iamShown.has(name.toLowerCase()) && typeof value === 'string';
        pairs.push(shown ? `${name}=${value}` : 'a value, redacted');
      }
    }
  } catch {
    pairs.length = 0;
  }
  piece(writer, 'token', reader.end, pairs.length === 0 ? redacted : pairs.join('; '), false);
}

/** GSSAPI (RFC 4752): of a ticket the service it is for, of the last token the name; all the rest proves something. */
function gssapi(writer: SpanWriter): void {
  const { reader } = writer;
  const token = reader.bytes.subarray(reader.position, reader.end);
  const service = gssService(token);
  const user = gssAuthorizationId(token);
  const told = service !== null ? `; ticket for ${service}` : user !== null ? `; user ${user}` : '';
  if (token.length > 0) piece(writer, 'token', reader.end, `${redacted}${told}`, false);
}

function readToken(writer: SpanWriter, mechanism: string): void {
  const name = mechanism.toUpperCase();
  if (writer.reader.remaining > tokenBytesMax) hideRest(writer, 'token');
  else if (name === 'PLAIN') plain(writer);
  else if (name.startsWith('SCRAM-')) scram(writer);
  else if (name === 'OAUTHBEARER') oauth(writer);
  else if (name === 'AWS_MSK_IAM') iam(writer);
  else if (name === 'GSSAPI') gssapi(writer);
  else hideRest(writer, 'token');
}

function holdsToken(place: PayloadPlace): boolean {
  if (place.owner === 'SaslToken') return true;
  return place.owner.startsWith('SaslAuthenticate') && place.field === 'authBytes';
}

/** A SASL token by its mechanism: who logs in and how, never what proves it (PROTOCOL 7.2). */
export const saslToken: PayloadReader = {
  name: 'SASL token',
  matches: (place, bytes) => holdsToken(place) && !isRedacted(bytes),
  read(writer, place) {
    const mechanism = place.lookup(mechanismName);
    if (typeof mechanism !== 'string') {
      hideRest(writer, 'token');
      return 'of an unknown mechanism';
    }
    readToken(writer, mechanism);
    return mechanism;
  },
};
