import { BlockWriter } from './block-writer.ts';
import { BrokerNames, type NamedAddress } from './broker-names.ts';
import { bounded } from './exchange-comment.ts';
import { hideContents } from './hide-contents.ts';
import { namedBrokersMax, segmentBytesMax } from './limits.ts';
import { TcpConversation } from './tcp-conversation.ts';
import type { RecordedMessage, RecordingEntry, RecordingOptions } from './types.ts';

/** LINKTYPE_RAW: packets begin with the IP header. Nothing is known of any link, so none is made up. */
const rawIp = 101;

/** Most bytes that blocks, headers, padding and a comment add to one packet. */
const packetOverheadBytes = 160;
const commentBytesMax = 4_096;
/** Most bytes of a block with one name, and a comment. */
const nameBytesMax = 512;

/**
 * Turns what was seen into pcapng blocks: connections as synthetic TCP over raw IP, frames as their segments, our
 * verdicts as comments. Sans-io: entries in, bytes out; `written` is always whole blocks.
 */
export class PcapngRecording {
  readonly #options: RecordingOptions;
  readonly #blocks = new BlockWriter();
  readonly #conversations = new Map<number, { readonly tcp: TcpConversation; readonly pair: string }>();
  /** Address pairs in use; through a proxy two connections may have the same one. */
  readonly #pairs = new Set<string>();
  readonly #names = new BrokerNames();
  /** The file at hand says that not all brokers are named. */
  #toldFull = false;
  #packets = 0;
  #lastUs = 0;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /** Time of the newest entry. */
  get lastUs(): number {
    return this.#lastUs;
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#blocks.length;
  }

  /** The blocks since `clear`: a view that holds until the next entry. */
  written(): Uint8Array {
    return this.#blocks.written();
  }

  clear(): void {
    this.#blocks.clear();
  }

  /** The head of a file. Connections that go on from the file before get a handshake again with their next packet. */
  beginFile(): void {
    const { hardware, os, application } = this.#options;
    this.#blocks.section({ hardware, os, application, comment: this.#about() });
    this.#blocks.interface(rawIp, 'kafka-scope', 'Kafka frames in synthetic TCP/IP');
    this.#toldFull = false;
    this.#writeNames(this.#names.all());
    this.#packets = 0;
    for (const { tcp } of this.#conversations.values()) tcp.continueInNewFile();
  }

  /** The foot of a file; a file without one is as good. `dropped` exchanges should be here and are not. */
  endFile(dropped: number): void {
    this.#blocks.interfaceStatistics(this.#lastUs, this.#packets, dropped);
  }

  /** The most bytes that an entry adds. */
  bytesMaxOf(entry: RecordingEntry): number {
    if (entry.kind !== 'message') return 4 * packetOverheadBytes + commentBytesMax + nameBytesMax;
    const packets = 5 + Math.ceil(entry.sizeBytes / segmentBytesMax);
    // A name takes 28 bytes more than in the answer that teaches it, where a broker has 10 at least.
    const names = BrokerNames.teaches(entry.apiKey, entry.from) ? entry.bytes.length * 4 + nameBytesMax : 0;
    return entry.bytes.length + packets * packetOverheadBytes + 2 * commentBytesMax + names;
  }

  take(entry: RecordingEntry): void {
    if (entry.atUs > this.#lastUs) this.#lastUs = entry.atUs;
    if (entry.kind === 'opened') {
      this.#open(entry.connection, entry.client, entry.broker, entry.comment);
      this.#names.opened(entry.nodeId ?? null, entry.broker);
      this.#writeNames(this.#names.take());
    }
    const conversation = this.#conversations.get(entry.connection)?.tcp;
    if (conversation === undefined) return;
    const before = conversation.packets;
    if (entry.kind === 'opened') conversation.open(this.#blocks, entry.atUs);
    else if (entry.kind === 'message') this.#message(conversation, entry);
    else {
      conversation.close(this.#blocks, entry.atUs, entry.reset, encoded(entry.comment));
      this.#forget(entry.connection);
    }
    this.#packets += conversation.packets - before;
  }

  #message(conversation: TcpConversation, message: RecordedMessage): void {
    if (BrokerNames.teaches(message.apiKey, message.from) && !message.opaque) {
      this.#names.learn(message.connection, message.bytes, message.apiVersion ?? 0);
      this.#writeNames(this.#names.take());
    }
    if (message.lastByteUs > this.#lastUs) this.#lastUs = message.lastByteUs;
    const hidden = this.#options.payload === 'hide' ? hideContents(message) : null;
    const comment =
      hidden === null ? message.comment : message.comment === null ? hidden : `${message.comment}; ${hidden}`;
    conversation.message(this.#blocks, message, encoded(comment));
  }

  #open(connection: number, client: string, broker: string, comment: string | null): void {
    const notes: string[] = comment === null ? [] : [comment];
    let clientName = client;
    // Two listeners of a proxy may lead the same client port to the same broker; as TCP that would be one connection.
    for (let port = 65_535; this.#pairs.has(`${clientName} ${broker}`) && port > 0; port -= 1) {
      if (clientName === client) notes.push(`the client is really ${client}: another connection here has that name`);
      clientName = `${client.slice(0, client.lastIndexOf(':'))}:${port}`;
    }
    const pair = `${clientName} ${broker}`;
    this.#pairs.add(pair);
    const note = notes.length === 0 ? null : encoded(notes.join('; '));
    this.#conversations.set(connection, { tcp: new TcpConversation(connection, clientName, broker, note), pair });
  }

  #forget(connection: number): void {
    const known = this.#conversations.get(connection);
    if (known === undefined) return;
    this.#conversations.delete(connection);
    this.#names.closed(connection);
    this.#pairs.delete(known.pair);
  }

  #writeNames(named: readonly NamedAddress[]): void {
    const { isFull } = this.#names;
    if (named.length === 0 && isFull === this.#toldFull) return;
    this.#toldFull = isFull;
    const comment = isFull ? `Only ${namedBrokersMax} brokers are named; there are more.` : null;
    this.#blocks.names(named, comment);
  }

  #about(): string {
    const { payload, unsafeShowSecrets } = this.#options;
    const contents =
      payload === 'show'
        ? 'Record contents are here.'
        : 'Keys, values and header values of records are overwritten with *.';
    const secrets = unsafeShowSecrets
      ? 'Passwords and tokens are here in the clear.'
      : 'Passwords, tokens and sensitive configuration values are overwritten with *.';
    return `Kafka frames as kafka-scope saw them, decrypted; the TCP/IP around them is synthetic. ${contents} ${secrets}`;
  }
}

function encoded(comment: string | null): Uint8Array | null {
  return comment === null ? null : Buffer.from(bounded(comment));
}
