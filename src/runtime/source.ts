import type { CaptureStats } from '../capture/source.ts';
import type { PathFacts } from '../metrics/path-facts.ts';
import type { HostPort } from '../proxy/host-port.ts';
import type { ReplayClockFace } from '../store/snapshot.ts';
import type { RecordingState } from './recording/types.ts';
import type { SourceEnd } from './run-config.ts';
import type { ReplayAction } from './runtime.ts';
import type { TrafficSession } from './traffic-session.ts';

/** What a running source shows of itself in the title line. */
export interface SourceFace {
  readonly mode: 'proxy' | 'replay' | 'demo';
  readonly source: string;
  readonly notice: string | null;
  readonly reading: { readonly readBytes: number; readonly totalBytes: number | null } | null;
  readonly finished: boolean;
  /** The clock of this source: now when live, the newest packet in a capture. */
  readonly nowUs: number;
  /** What the data path says of itself; null where there is none, such as a capture. */
  readonly path: PathFacts | null;
  /** The clock of a replay; absent or null where time is everybody's. */
  readonly replay?: ReplayClockFace | null;
}

/** A source at work: it feeds its session until it ends or is closed. */
export interface RunningSource {
  /** Where its traffic goes. A replay that goes back in time begins another. */
  readonly session: TrafficSession;
  /** Moves the clock of a replay; rejects with a sentence when that cannot be. */
  replay?(action: ReplayAction): Promise<void>;
  face(): SourceFace;
  /** Resolves when the source is done by itself; rejects with the sentence for the user when it failed. */
  readonly ended: Promise<SourceEnd>;
  /** Statistics of a capture once it was read. */
  captureStats?(): CaptureStats | null;
  /** Names an address this program listens on, so that no broker can send clients there; absent without a proxy. */
  registerOwnAddress?(address: HostPort): void;
  /** How its recording is doing; absent where nothing is recorded. */
  recording?(): RecordingState;
  /** No new connections; what is in flight is answered first (at most the drain timeout). */
  drain(): Promise<void>;
  close(): Promise<void>;
}
