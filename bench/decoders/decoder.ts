import type { CannedMessage } from '../messages.ts';

/** The depths several decoders have, by the words tables print. */
export const depths = { body: 'body as objects', records: 'body and records as objects' } as const;

/** A decoder under test. A rival in another language is one more file that runs its own process. */
export interface Decoder {
  readonly name: string;
  /** What of a message it works out, so that rows are compared with their like. */
  readonly depth: string;
  /** Null, or why it cannot run here. */
  absent(): Promise<string | null>;
  /** Messages a second on this one message, measured for about `seconds`; throws when it cannot decode it. */
  measure(message: CannedMessage, seconds: number): Promise<number>;
  /** Ends what it started. */
  close(): Promise<void>;
}
