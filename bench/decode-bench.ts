import type { Decoder } from './decoders/decoder.ts';
import { kafkaScopeDecoders } from './decoders/kafka-scope.ts';
import { cannedMessages } from './messages.ts';
import { type BenchOptions, type BenchOutcome, isWanted } from './outcome.ts';
import { interleave, Measurements } from './rounds.ts';
import { figure, printTable, range, spreadOf } from './statistics.ts';

/** Everybody who decodes. Adding a rival is a file in decoders/ and an entry here. */
const decoders: readonly Decoder[] = [...kafkaScopeDecoders];

/** Messages a second of each decoder at each depth on canned messages. */
export async function runDecodeBench(options: BenchOptions): Promise<BenchOutcome> {
  const chosen: Decoder[] = [];
  for (const decoder of decoders) {
    const absent = isWanted(options, decoder.name, true) ? await decoder.absent() : 'not asked for';
    if (absent === null) {
      chosen.push(decoder);
    }
  }
  const seconds = options.smoke ? 0.02 : Math.min(options.seconds, 0.4);
  const measurements = new Measurements();
  for (const message of cannedMessages()) {
    const contender = (decoder: Decoder): string => `${message.name} ${decoder.name} ${decoder.depth}`;
    await interleave(chosen, options.rounds, async (decoder) => {
      measurements.add(contender(decoder), 'rate', await decoder.measure(message, seconds));
    });
    const rows = chosen.map((decoder) => {
      const rate = spreadOf(measurements.of(contender(decoder), 'rate'));
      const megabytes = (rate.median * (message.payload.length + 4)) / 1e6;
      const cells = [figure(rate.median), range(rate), figure(1e6 / rate.median), figure(megabytes)];
      return [decoder.name, decoder.depth, ...cells, String(rate.count)];
    });
    const columns = ['decoder', 'depth', 'messages/s', 'min..max', 'µs/message', 'MB/s', 'n'];
    printTable(`${message.name} (${message.payload.length + 4} B)`, columns, rows);
  }
  return { kind: 'done' };
}
