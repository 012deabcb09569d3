import type { EngineEvent } from '../../exchange/event.ts';
import type { Diagnosis } from '../finding.ts';
import type { Opening } from './opening.ts';

/** What a rule may ask about everything but the event itself. */
export interface Practice {
  /** Has anybody authenticated at this broker address? */
  knowsSaslAt(broker: string): boolean;
  /** Has this broker address answered an ordinary request of anybody? */
  answersAt(broker: string): boolean;
}

/** One thing the handshake doctor knows. `opening` is null for connections that work, and for none at all. */
export type HandshakeRule = (event: EngineEvent, opening: Opening | null, practice: Practice) => Diagnosis | null;
