import { fileURLToPath } from 'node:url';
import type { Found } from '../../test/kafka/toolchain.ts';
import type { CannedMessage } from '../messages.ts';
import { buildGo, buildJava } from '../rivals/build.ts';
import { RivalProcess } from '../rivals/rival-process.ts';
import { type Decoder, depths } from './decoder.ts';

const franzGoSource = fileURLToPath(new URL('../rivals/franz-go/', import.meta.url));
const javaSource = fileURLToPath(new URL('../rivals/KafkaDecode.java', import.meta.url));

interface RivalCommand {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** One program of another language, started on first use and shared by the depths it can do. */
class Rival {
  readonly name: string;
  readonly #find: () => Promise<Found<RivalCommand>>;
  #found: Promise<Found<RivalCommand>> | null = null;
  #process: RivalProcess | null = null;
  readonly #loaded = new Map<CannedMessage, string>();

  constructor(name: string, find: () => Promise<Found<RivalCommand>>) {
    this.name = name;
    this.#find = find;
  }

  async absent(): Promise<string | null> {
    this.#found ??= this.#find();
    const found = await this.#found;
    return found.found ? null : found.reason;
  }

  async measure(message: CannedMessage, work: string, seconds: number): Promise<number> {
    const found = await (this.#found ?? this.#find());
    if (!found.found) throw new Error(found.reason);
    this.#process ??= new RivalProcess(this.name, found.value.command, found.value.arguments);
    const id = this.#loaded.get(message) ?? (await this.#load(this.#process, message));
    const answer = await this.#process.ask(`measure ${id} ${work} ${seconds}`);
    return Number(answer.split(' ')[1]);
  }

  async #load(process: RivalProcess, message: CannedMessage): Promise<string> {
    const id = `m${this.#loaded.size}`;
    const payload = Buffer.from(message.payload).toString('base64');
    await process.ask(`load ${id} ${message.type} ${message.apiKey} ${message.apiVersion} ${payload}`);
    this.#loaded.set(message, id);
    return id;
  }

  async close(): Promise<void> {
    await this.#process?.end();
    this.#process = null;
  }

  at(depth: string, work: string): Decoder {
    return {
      name: this.name,
      depth,
      absent: () => this.absent(),
      measure: (message, seconds) => this.measure(message, work, seconds),
      close: () => this.close(),
    };
  }
}

const franzGo = new Rival('franz-go', async () => {
  const built = await buildGo('franz-go-decode', franzGoSource, "franz-go's decoder");
  return built.found ? { found: true, value: { command: built.value, arguments: [] } } : built;
});

const kafkaJava = new Rival('kafka-java', async () => {
  const built = await buildJava('kafka-decode', javaSource, "the bench of Kafka's own classes");
  const flags = ['-Xmx512m', '-XX:+UseSerialGC'];
  return built.found
    ? { found: true, value: { command: 'java', arguments: [...flags, '-cp', built.value, 'KafkaDecode'] } }
    : built;
});

/** franz-go's kmsg in Go, and Kafka's own classes in Java, at the two depths that all have. */
export const rivalDecoders: readonly Decoder[] = [franzGo, kafkaJava].flatMap((rival) => [
  rival.at(depths.body, 'body'),
  rival.at(depths.records, 'records'),
]);
