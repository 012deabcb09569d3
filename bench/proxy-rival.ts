/** PEM files of a certificate for 127.0.0.1. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Where a proxy stands: between whom, and what it may use. */
export interface ProxyPlace {
  readonly listenPort: number;
  readonly upstreamPort: number;
  /** A free port for one that listens twice. */
  readonly sparePort: number;
  /** For configuration files; goes away with the bench. */
  readonly folder: string;
  /** Not null where clients are to be met with TLS. */
  readonly tls: Certificate | null;
}

/** A proxy under test. */
export interface ProxyRival {
  readonly name: string;
  /** In the default set, or only when named with --rivals. */
  readonly byDefault: boolean;
  /** False for one that ends no TLS. */
  readonly endsTls: boolean;
  /** Started on a pseudo terminal, whose output is taken and counted. */
  readonly onTerminal?: boolean;
  /** Loaded for so long before its first round of each mode, for a compiler that learns while it runs. */
  readonly warmUpSeconds?: number;
  /** Null, or why it cannot run here. */
  readonly absent: () => Promise<string | null>;
  /** Program and arguments. */
  readonly command: (place: ProxyPlace) => readonly string[] | Promise<readonly string[]>;
}
