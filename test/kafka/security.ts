/** The listeners every broker offers to clients, all at once. The first is the plain one. */
export const listenerNames = ['CLIENT', 'TLS', 'MTLS', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;

/** One of them; brokers write it beside each request in their logs. */
export type ListenerName = (typeof listenerNames)[number];

/** What clients call the way a connection is secured. */
export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';

/** The protocol each listener speaks. */
export const protocolOf: Readonly<Record<ListenerName, SecurityProtocol>> = {
  CLIENT: 'PLAINTEXT',
  TLS: 'SSL',
  MTLS: 'SSL',
  SASL_PLAINTEXT: 'SASL_PLAINTEXT',
  SASL_SSL: 'SASL_SSL',
};

/** The SASL mechanisms the brokers take. */
export const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;

/** One of them. */
export type Mechanism = (typeof mechanisms)[number];

/** The one user of the suite. The password stands nowhere else, so that it can be searched for in what the proxy says. */
export const user = { name: 'alice', password: 'Wonder-7h1s-Is-Alices-Passw0rd' } as const;

/** How a client is to connect, in a form every driver can read. Files are PEM. */
export interface ClientSecurity {
  readonly protocol: SecurityProtocol;
  /** Authorities the server is trusted by; null without TLS. */
  readonly caFile: string | null;
  /** The client's own certificate, its key (PKCS #8), and both in one file, as Java wants them; null without mTLS. */
  readonly certificateFile: string | null;
  readonly keyFile: string | null;
  readonly keystoreFile: string | null;
  readonly mechanism: Mechanism | null;
  readonly username: string;
  readonly password: string;
}

/** No TLS and no login. */
export const plainSecurity: ClientSecurity = {
  protocol: 'PLAINTEXT',
  caFile: null,
  certificateFile: null,
  keyFile: null,
  keystoreFile: null,
  mechanism: null,
  username: user.name,
  password: user.password,
};

/** The form a token takes that nobody signed (RFC 7519 §6), which the brokers here accept. */
export function unsecuredToken(subject: string, nowS: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: nowS, exp: nowS + 3_600 })}.`;
}

/**
 * Forms in which a secret would stand in a line: as it is, as hex, and as base64 at each of the three places where
 * it can begin in what is encoded. Characters that also depend on the bytes beside the secret are left out.
 */
export function formsOfSecret(secret: string | Buffer): string[] {
  const bytes = Buffer.from(secret);
  const forms = [bytes.toString(), bytes.toString('hex')];
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    forms.push(text.slice(before === 0 ? 0 : before + 1, -1));
  }
  return forms;
}

/** What must be in no line of the proxy: the password, and the start of every unsecured token. */
export const secretForms: readonly string[] = [
  ...formsOfSecret(user.password),
  ...formsOfSecret(unsecuredToken(user.name, 0).split('.')[0] ?? ''),
];
