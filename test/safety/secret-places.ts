import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { recordPlaces } from './record-places.ts';

/** A place on the wire where a credential stands. */
export interface SecretPlace {
  readonly name: string;
  /** Record payload: shown with `--payload show`, not with `--unsafe-show-secrets`. */
  readonly payload?: boolean;
  /** Says the secret in a dialogue. */
  plant(talk: Conversation, secret: string): unknown;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** Says request and answer of one API. */
function ask(talk: Conversation, key: number, version: number, request: Struct, response: Struct = {}): void {
  talk.request(key, version, 7, request).response(key, version, 7, response);
}

function requestBytes(key: number, version: number, body: Struct): Uint8Array {
  return encodeRequest({ apiKey: key, apiVersion: version, correlationId: 7, clientId: 'test', body });
}

function responseBytes(key: number, version: number, body: Struct): Uint8Array {
  return encodeResponse({ apiKey: key, apiVersion: version, correlationId: 7, body });
}

function handshake(talk: Conversation, version: number, mechanism: string): void {
  talk.request(17, version, 5, { mechanism }).response(17, version, 5, { mechanisms: [mechanism] });
}

const plainToken = (secret: string): string => `\0alice\0${secret}`;
const clientFinal = (secret: string): string => `c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=${secret}`;
const serverFirst = (secret: string): string => `r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=${secret},i=4096`;
const bearer = (secret: string): string =>
  `n,,\x01auth=Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.${secret}\x01\x01`;

/** SaslAuthenticate in all versions, both ways, each mechanism. */
const saslAuthenticate: SecretPlace[] = [0, 1, 2].flatMap((version): SecretPlace[] => [
  {
    name: `SaslAuthenticate v${version} request, PLAIN`,
    plant: (talk, secret) => {
      handshake(talk, 1, 'PLAIN');
      ask(talk, 36, version, { authBytes: bytes(plainToken(secret)) });
    },
  },
  {
    name: `SaslAuthenticate v${version} response, SCRAM server-first`,
    plant: (talk, secret) => {
      handshake(talk, 1, 'SCRAM-SHA-256');
      ask(talk, 36, version, { authBytes: bytes('n,,n=alice,r=fyko') }, { authBytes: bytes(serverFirst(secret)) });
    },
  },
]);

const otherMechanisms: SecretPlace[] = (
  [
    ['SCRAM-SHA-512', clientFinal],
    ['OAUTHBEARER', bearer],
    ['GSSAPI', (secret) => `\x60\x82\x02${secret}`],
    ['AWS_MSK_IAM', (secret) => `{"version":"2020_10_22","x-amz-security-token":"${secret}"}`],
  ] as readonly (readonly [string, (secret: string) => string])[]
).flatMap(([mechanism, token]): SecretPlace[] => [
  {
    name: `SaslAuthenticate v2 request, ${mechanism}`,
    plant: (talk, secret) => {
      handshake(talk, 1, mechanism);
      ask(talk, 36, 2, { authBytes: bytes(token(secret)) });
    },
  },
  {
    name: `raw token, ${mechanism}`,
    plant: (talk, secret) => {
      handshake(talk, 0, mechanism);
      talk.raw('client', framed(bytes(token(secret)))).raw('broker', framed(bytes('')));
    },
  },
]);

const rawTokens: SecretPlace[] = [
  {
    name: 'raw token, PLAIN',
    plant: (talk, secret) => {
      handshake(talk, 0, 'PLAIN');
      talk.raw('client', framed(bytes(plainToken(secret)))).raw('broker', framed(bytes('')));
    },
  },
  {
    name: 'raw token in UTF-16',
    plant: (talk, secret) => {
      handshake(talk, 0, 'GSSAPI');
      talk.raw('client', framed(Buffer.from(secret, 'utf16le'))).raw('broker', framed(bytes('')));
    },
  },
  {
    name: 'raw answer, SCRAM server-first',
    plant: (talk, secret) => {
      handshake(talk, 0, 'SCRAM-SHA-256');
      talk.raw('client', framed(bytes('n,,n=alice,r=fyko'))).raw('broker', framed(bytes(serverFirst(secret))));
    },
  },
  {
    name: 'raw answer, GSSAPI',
    plant: (talk, secret) => {
      handshake(talk, 0, 'GSSAPI');
      talk.raw('client', framed(bytes('\x60\x82'))).raw('broker', framed(bytes(secret)));
    },
  },
  {
    name: 'raw token where only requests are seen',
    plant: (talk, secret) => {
      talk.request(17, 0, 5, { mechanism: 'PLAIN' }).raw('client', framed(bytes(plainToken(secret))));
    },
  },
  {
    name: 'raw token whose handshake was not seen',
    plant: (talk, secret) => {
      talk.raw('client', framed(bytes(plainToken(secret)))).raw('broker', framed(bytes('')));
    },
  },
  {
    name: 'raw SCRAM proof whose handshake was not seen',
    plant: (talk, secret) => {
      talk.raw('client', framed(bytes(clientFinal(secret))));
    },
  },
  {
    name: 'raw OAUTHBEARER token whose handshake was not seen',
    plant: (talk, secret) => {
      talk.raw('client', framed(bytes(bearer(secret))));
    },
  },
  {
    name: 'raw token cut by a gap',
    plant: (talk, secret) => {
      handshake(talk, 0, 'PLAIN');
      const frame = framed(bytes(`${plainToken(secret)}${'x'.repeat(40)}`));
      talk.raw('client', frame.subarray(0, 40)).gap('client', frame.length - 40);
    },
  },
];

const scramUpsertion = (salt: string, saltedPassword: string): Struct => ({
  deletions: [],
  upsertions: [
    { name: 'alice', mechanism: 1, iterations: 4096, salt: bytes(salt), saltedPassword: bytes(saltedPassword) },
  ],
});

const described = (secret: string): Struct => ({
  tokens: [{ principalType: 'User', principalName: 'alice', tokenId: 'id', hmac: bytes(secret), renewers: [] }],
});

const credentials: SecretPlace[] = [
  {
    name: 'AlterUserScramCredentials salt',
    plant: (talk, secret) => ask(talk, 51, 0, scramUpsertion(secret, 'x')),
  },
  {
    name: 'AlterUserScramCredentials saltedPassword',
    plant: (talk, secret) => ask(talk, 51, 0, scramUpsertion('x', secret)),
  },
  ...[1, 2, 3].flatMap((version): SecretPlace[] => [
    {
      name: `CreateDelegationToken v${version} response`,
      plant: (talk, secret) => ask(talk, 38, version, { renewers: [] }, { tokenId: 'id', hmac: bytes(secret) }),
    },
    {
      name: `DescribeDelegationToken v${version} response`,
      plant: (talk, secret) => ask(talk, 41, version, { owners: null }, described(secret)),
    },
  ]),
  ...[1, 2].flatMap((version): SecretPlace[] => [
    {
      name: `RenewDelegationToken v${version}`,
      plant: (talk, secret) => ask(talk, 39, version, { hmac: bytes(secret) }),
    },
    {
      name: `ExpireDelegationToken v${version}`,
      plant: (talk, secret) => ask(talk, 40, version, { hmac: bytes(secret) }),
    },
  ]),
  {
    name: 'Envelope request with a login inside',
    plant: (talk, secret) => {
      const inner = requestBytes(36, 2, { authBytes: bytes(plainToken(secret)) });
      ask(talk, 58, 0, { requestData: inner, requestPrincipal: null, clientHostAddress: bytes('\x7f\0\0\x01') });
    },
  },
  {
    name: 'Envelope response with a token inside',
    plant: (talk, secret) => {
      const inner = responseBytes(38, 3, { tokenId: 'id', hmac: bytes(secret) });
      const request = { requestData: bytes('x'), requestPrincipal: null, clientHostAddress: bytes('\x7f\0\0\x01') };
      ask(talk, 58, 0, request, { responseData: inner });
    },
  },
];

/** Configurations that hold credentials: Kafka's own, and what plugins and connectors call theirs. */
export const sensitiveNames: readonly string[] = [
  'sasl.jaas.config',
  'listener.name.external.scram-sha-512.sasl.jaas.config',
  'ssl.keystore.password',
  'ssl.key.password',
  'ssl.truststore.password',
  'ssl.keystore.key',
  'ssl.keystore.certificate.chain',
  'delegation.token.secret.key',
  'password.encoder.secret',
  'my.plugin.secret',
  'aws.secret.access.key',
  'basic.auth.user.info',
];

const configs: SecretPlace[] = sensitiveNames.flatMap((name, index): SecretPlace[] => [
  {
    name: `AlterConfigs ${name}`,
    plant: (talk, value) =>
      ask(talk, 33, 1 + (index % 2), {
        resources: [{ resourceType: 4, resourceName: '1', configs: [{ name, value }] }],
      }),
  },
  {
    name: `IncrementalAlterConfigs ${name}`,
    plant: (talk, value) => {
      const entry = { name, configOperation: 0, value };
      ask(talk, 44, index % 2, { resources: [{ resourceType: 4, resourceName: '1', configs: [entry] }] });
    },
  },
]);

const result = (entry: Struct): Struct => ({ results: [{ resourceType: 4, resourceName: '1', configs: [entry] }] });

const describedConfigs: SecretPlace[] = [1, 2, 3, 4].flatMap((version): SecretPlace[] => [
  {
    name: `DescribeConfigs v${version} value marked sensitive`,
    plant: (talk, value) =>
      ask(talk, 32, version, { resources: [] }, result({ name: 'plain.name', value, isSensitive: true, synonyms: [] })),
  },
  {
    name: `DescribeConfigs v${version} value of a sensitive name`,
    plant: (talk, value) =>
      ask(talk, 32, version, { resources: [] }, result({ name: 'ssl.key.password', value, synonyms: [] })),
  },
  {
    name: `DescribeConfigs v${version} synonym of a sensitive value`,
    plant: (talk, value) => {
      const synonyms = [{ name: 'plain.name', value, source: 4 }];
      ask(talk, 32, version, { resources: [] }, result({ name: 'plain', value: null, isSensitive: true, synonyms }));
    },
  },
  {
    name: `DescribeConfigs v${version} synonym of a sensitive name`,
    plant: (talk, value) => {
      const synonyms = [{ name: 'ssl.key.password', value, source: 4 }];
      ask(talk, 32, version, { resources: [] }, result({ name: 'plain', value: 'x', isSensitive: false, synonyms }));
    },
  },
]);

const createTopics: SecretPlace[] = [2, 5, 7].flatMap((version): SecretPlace[] => {
  const topic = { name: 'orders', numPartitions: 1, replicationFactor: 1, assignments: [] };
  const places: SecretPlace[] = [
    {
      name: `CreateTopics v${version} request`,
      plant: (talk, value) => {
        const entries = [{ name: 'remote.storage.secret', value }];
        ask(talk, 19, version, { topics: [{ ...topic, configs: entries }] }, { topics: [] });
      },
    },
  ];
  if (version < 5) return places;
  const answer = (entry: Struct): Struct => ({ topics: [{ name: 'orders', configs: [entry] }] });
  places.push(
    {
      name: `CreateTopics v${version} response, marked sensitive`,
      plant: (talk, value) =>
        ask(talk, 19, version, { topics: [] }, answer({ name: 'plain.name', value, isSensitive: true })),
    },
    {
      name: `CreateTopics v${version} response, sensitive name`,
      plant: (talk, value) => ask(talk, 19, version, { topics: [] }, answer({ name: 'my.password', value })),
    },
  );
  return places;
});

const configNames: Readonly<Record<number, string>> = {
  19: 'my.secret',
  32: 'ssl.key.password',
  33: 'ssl.key.password',
  44: 'ssl.key.password',
};

/** A frame of an API with credentials, and which side says it. */
export interface SecretFrame {
  readonly name: string;
  readonly side: 'client' | 'broker';
  readonly key: number;
  readonly version: number;
  readonly make: (secret: string) => Uint8Array;
  /** The name that makes its value a secret. */
  readonly configName?: string;
}

/** Frames of all such APIs. */
export const secretFrames: readonly SecretFrame[] = [
  ['SaslAuthenticate request', 'client', 36, 2, (secret: string) => ({ authBytes: bytes(plainToken(secret)) })],
  ['SaslAuthenticate response', 'broker', 36, 1, (secret: string) => ({ authBytes: bytes(serverFirst(secret)) })],
  ['CreateDelegationToken response', 'broker', 38, 2, (secret: string) => ({ hmac: bytes(secret) })],
  ['RenewDelegationToken request', 'client', 39, 2, (secret: string) => ({ hmac: bytes(secret) })],
  ['ExpireDelegationToken request', 'client', 40, 1, (secret: string) => ({ hmac: bytes(secret) })],
  ['DescribeDelegationToken response', 'broker', 41, 3, described],
  ['AlterUserScramCredentials request', 'client', 51, 0, (secret: string) => scramUpsertion(secret, secret)],
  [
    'AlterConfigs request',
    'client',
    33,
    2,
    (value: string) => ({
      resources: [{ resourceType: 4, resourceName: '1', configs: [{ name: 'ssl.key.password', value }] }],
    }),
  ],
  [
    'IncrementalAlterConfigs request',
    'client',
    44,
    1,
    (value: string) => ({
      resources: [
        { resourceType: 4, resourceName: '1', configs: [{ name: 'ssl.key.password', configOperation: 0, value }] },
      ],
    }),
  ],
  ['DescribeConfigs response', 'broker', 32, 4, (value: string) => result({ name: 'ssl.key.password', value })],
  [
    'CreateTopics request',
    'client',
    19,
    7,
    (value: string) => ({ topics: [{ name: 'orders', assignments: [], configs: [{ name: 'my.secret', value }] }] }),
  ],
  ['Envelope response', 'broker', 58, 0, (secret: string) => ({ responseData: bytes(secret) })],
].map(([name, side, key, version, body]) => {
  const make = body as (secret: string) => Struct;
  const at = { key: key as number, version: version as number };
  return {
    name: name as string,
    side: side as 'client' | 'broker',
    ...at,
    ...(configNames[at.key] === undefined ? {} : { configName: configNames[at.key] ?? '' }),
    make: (secret: string) =>
      side === 'client'
        ? requestBytes(at.key, at.version, make(secret))
        : responseBytes(at.key, at.version, make(secret)),
  };
});

/** Says a frame; a response gets a request in front, so that it is known what it answers. */
function say(talk: Conversation, frame: SecretFrame, payload: Uint8Array): void {
  if (frame.side === 'broker') talk.request(frame.key, frame.version, 7, {});
  talk.raw(frame.side, framed(payload));
}

const damagedFrames: SecretPlace[] = secretFrames.flatMap((frame): SecretPlace[] => [
  {
    name: `${frame.name} that ends two bytes early`,
    plant: (talk, secret) => say(talk, frame, frame.make(secret).slice(0, -2)),
  },
  {
    name: `${frame.name} cut by a gap`,
    plant: (talk, secret) => {
      const whole = framed(frame.make(secret));
      if (frame.side === 'broker') talk.request(frame.key, frame.version, 7, {});
      talk.raw(frame.side, whole.subarray(0, -2)).gap(frame.side, 2);
    },
  },
  {
    name: `${frame.name} of a version nobody knows`,
    plant: (talk, secret) => {
      const payload = frame.make(secret);
      const unknown = 99;
      if (frame.side === 'client') new DataView(payload.buffer, payload.byteOffset).setInt16(2, unknown);
      else {
        const head = requestBytes(frame.key, frame.version, {});
        new DataView(head.buffer, head.byteOffset).setInt16(2, unknown);
        talk.raw('client', framed(head));
      }
      talk.raw(frame.side, framed(payload));
    },
  },
  {
    name: `${frame.name} behind bytes that end its body`,
    plant: (talk, secret) => {
      // A valid empty body first: what follows is trailing bytes to the decoder.
      const empty =
        frame.side === 'client'
          ? requestBytes(frame.key, frame.version, {})
          : responseBytes(frame.key, frame.version, {});
      say(talk, frame, new Uint8Array(Buffer.concat([empty, frame.make(secret)])));
    },
  },
]);

const orphans: SecretPlace[] = secretFrames
  .filter((frame) => frame.side === 'broker')
  .map((frame) => ({
    name: `${frame.name} whose request was not seen`,
    plant: (talk, secret) => {
      talk.raw('broker', framed(frame.make(secret)));
    },
  }));

const laterOrphan: SecretPlace = {
  name: 'raw answer whose token was not seen',
  plant: (talk, secret) => {
    ask(talk, 18, 0, {});
    talk.raw('broker', framed(bytes(serverFirst(secret))));
  },
};

/** All places, each once. */
export const secretPlaces: readonly SecretPlace[] = [
  ...saslAuthenticate,
  ...otherMechanisms,
  ...rawTokens,
  ...credentials,
  ...configs,
  ...describedConfigs,
  ...createTopics,
  ...damagedFrames,
  ...orphans,
  laterOrphan,
  ...recordPlaces,
];

/** The dialogue of one place on a connection of its own. */
export function dialogueOf(place: SecretPlace, secret: string, connection: number): Conversation {
  const talk = new Conversation(connection);
  place.plant(talk, secret);
  return talk.closed();
}
