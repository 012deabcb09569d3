import { CliError, exitCode } from './cli-error.ts';
import { type Property, type PropertyMistake, parseJavaProperties, parseKcatConfig } from './java-properties.ts';

/** Keys that only librdkafka knows: a file that holds one is written in its syntax. */
const librdkafkaOnly =
  /^(metadata\.broker\.list|sasl\.mechanisms|sasl\.username|sasl\.password|ssl\.(ca|certificate|key)\.(location|pem)|enable\.ssl\.certificate\.verification|enable\.sasl\.oauthbearer\..*|sasl\.oauthbearer\.(config|client\..*|method))$/;

/** Keys that only Java knows. */
const javaOnly = /^(sasl\.jaas\.config|ssl\.truststore\..*|ssl\.keystore\.(type|key|certificate\.chain))$/;

/** A value with the place it comes from. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  /** `FILE:LINE`. */
  readonly place: string;
  readonly line: number;
}

/** The settings of a client's configuration file, Java's or librdkafka's. The last of equal keys counts. */
export class ClientSettings {
  readonly path: string;
  readonly #settings = new Map<string, Setting>();

  private constructor(path: string, entries: readonly Property[]) {
    this.path = path;
    for (const { key, value, line } of entries) {
      // Java and librdkafka both cut blanks off.
      this.#settings.set(key, { key, value: value.trim(), place: `${path}:${line}`, line });
    }
  }

  /** Reads a file's text; throws a `CliError` that names the line for what cannot be read. */
  static parse(path: string, text: string): ClientSettings {
    const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
    const kcat = parseKcatConfig(plain);
    const isKcat =
      kcat.entries.some(({ key }) => librdkafkaOnly.test(key)) && !kcat.entries.some(({ key }) => javaOnly.test(key));
    const { entries, mistakes } = isKcat ? kcat : parseJavaProperties(plain);
    const [mistake] = mistakes;
    if (mistake !== undefined) throw unreadable(path, mistake);
    return new ClientSettings(path, entries);
  }

  /** The first of these keys that is set to something. */
  find(...keys: readonly string[]): Setting | null {
    for (const key of keys) {
      const setting = this.#settings.get(key);
      if (setting !== undefined && setting.value !== '') return setting;
    }
    return null;
  }

  /** A key that may be set to nothing on purpose. */
  get(key: string): Setting | null {
    return this.#settings.get(key) ?? null;
  }

  all(): Iterable<Setting> {
    return this.#settings.values();
  }
}

/** An error about one setting; the value is not repeated, as it may be a secret. */
export function settingError(setting: Setting, message: string): CliError {
  return new CliError(`${setting.place}: ${setting.key}: ${message}`, exitCode.usage);
}

function unreadable(path: string, { line, message }: PropertyMistake): CliError {
  return new CliError(`${path}:${line}: ${message}.`, exitCode.usage);
}
