import type { Settings } from './client-settings.ts';
import type { Codec, GroupProtocol, ScenarioRecord } from './scenario.ts';
import type { ClientSecurity } from './security.ts';

/** One small piece of work: write these records over this listener, and read them back as a group. */
export interface Cell {
  /** The column of the matrix. */
  readonly name: string;
  readonly bootstrap: string;
  readonly clientId: string;
  readonly topic: string;
  readonly groupId: string;
  readonly groupProtocol: GroupProtocol;
  readonly codec: Codec;
  readonly records: readonly ScenarioRecord[];
  /** How to connect, for a client that takes objects. */
  readonly security: ClientSecurity;
  /** The same in the client's own settings, for one that takes names and texts. */
  readonly settings: Settings;
}

/** The work order of a driver that does the cells of one client, one after the other. */
export interface CellsOrder {
  readonly client: string;
  readonly cells: readonly Cell[];
}

/** What a driver prints when a cell is done, one line each. */
export interface CellResult {
  readonly name: string;
  readonly written: number;
  readonly read: number;
  readonly contentSha256: string;
  readonly tookMs: number;
  /** Why it failed; null when it did not. */
  readonly error: string | null;
}

/** Longest time a driver gives one cell. */
export const cellTimeoutMs = 60_000;
