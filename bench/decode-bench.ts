import { type Decoder, depths } from './decoders/decoder.ts';
import { kafkaScopeDecoders } from './decoders/kafka-scope.ts';
import { rivalDecoders } from './decoders/rival.ts';
import { type CannedMessage, cannedMessages } from './messages.ts';
import { type BenchOptions, type BenchOutcome, isWanted } from './outcome.ts';
import { interleave, Measurements } from './rounds.ts';
import { figure, printTable, range, spreadOf } from './statistics.ts';

/** Everybody who decodes. Adding a rival is a file in decoders/ and an entry here. */
const decoders: readonly Decoder[] = [...kafkaScopeDecoders, ...rivalDecoders];

const ourName = 'kafka-scope';
const columns = ['decoder', 'depth', 'messages/s', 'min..max', 'µs/message', 'MB/s', 'we are', 'n'];

/** Those who can run; who cannot is named with the reason, so that a missing row is never taken for a short list. */
async function chooseDecoders(options: BenchOptions): Promise<Decoder[]> {
  const chosen: Decoder[] = [];
  const skipped = new Map<string, string>();
  for (const decoder of decoders) {
    if (!isWanted(options, decoder.name, true)) continue;
    const reason = await decoder.absent();
    if (reason === null) chosen.push(decoder);
    else skipped.set(decoder.name, reason);
  }
  for (const [name, reason] of skipped) console.log(`\nSKIPPED ${name}: ${reason}`);
  return chosen;
}

function rowsOf(message: CannedMessage, chosen: readonly Decoder[], measurements: Measurements): string[][] {
  const rateOf = (name: string, depth: string) => spreadOf(measurements.of(`${name} ${depth}`, message.name));
  return chosen.map(({ name, depth }) => {
    const rate = rateOf(name, depth);
    const ratio = name === ourName ? '' : `${figure(rateOf(ourName, depth).median / rate.median)} x`;
    const megabytes = (rate.median * (message.payload.length + 4)) / 1e6;
    const cells = [figure(rate.median), range(rate), figure(1e6 / rate.median), figure(megabytes), ratio];
    return [name, depth, ...cells, String(rate.count)];
  });
}

/** Messages a second of each decoder at each depth on canned messages: the same bytes for all. */
export async function runDecodeBench(options: BenchOptions): Promise<BenchOutcome> {
  const chosen = await chooseDecoders(options);
  const seconds = options.smoke ? 0.02 : Math.min(options.seconds, 0.4);
  const measurements = new Measurements();
  try {
    for (const message of cannedMessages()) {
      // Where there are no records their depth says nothing new.
      const field = chosen.filter((decoder) => message.carriesRecords || decoder.depth !== depths.records);
      await interleave(field, options.rounds, async (decoder) => {
        const rate = await decoder.measure(message, seconds);
        measurements.add(`${decoder.name} ${decoder.depth}`, message.name, rate);
      });
      const rows = rowsOf(message, field, measurements);
      printTable(`${message.name} (${message.payload.length + 4} B)`, columns, rows);
    }
  } finally {
    for (const decoder of chosen) await decoder.close();
  }
  return { kind: 'done' };
}
