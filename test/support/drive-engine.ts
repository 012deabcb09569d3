import { Engine } from '../../src/exchange/engine.ts';
import type { EngineEvent, TrafficEvent } from '../../src/exchange/event.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { EngineInput } from '../../src/wire/segment.ts';

/** Feeds inputs to a new engine and gathers what it found. Each segment's bytes are scrubbed afterwards, as a source may. */
export function driveEngine(inputs: Iterable<EngineInput>, options: { readonly unsafeShowSecrets?: boolean } = {}) {
  const engine = new Engine(options);
  const all: EngineEvent[] = [];
  for (const input of inputs) {
    if (input.kind === 'segment') {
      const scratch = input.bytes.slice();
      engine.receive({ ...input, bytes: scratch });
      scratch.fill(0xdd);
    } else engine.receive(input);
    for (let event = engine.next(); event !== undefined; event = engine.next()) all.push(event);
  }
  const exchanges: Exchange[] = [];
  const events: TrafficEvent[] = [];
  for (const event of all) {
    if (event.kind === 'completed') exchanges.push(event.exchange);
    else if (event.kind === 'event') events.push(event);
  }
  return { all, exchanges, events };
}

/** Cuts every segment into pieces of the given sizes (repeated), all at the segment's own time. */
export function rechunk(inputs: readonly EngineInput[], sizes: readonly number[]): EngineInput[] {
  const result: EngineInput[] = [];
  let turn = 0;
  for (const input of inputs) {
    if (input.kind !== 'segment') {
      result.push(input);
      continue;
    }
    for (let start = 0; start < input.bytes.length; ) {
      const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
      turn += 1;
      result.push({ ...input, bytes: input.bytes.subarray(start, start + size) });
      start += size;
    }
  }
  return result;
}
