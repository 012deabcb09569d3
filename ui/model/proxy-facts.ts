import { addedBoundsUs, bucketsOf } from '../../src/metrics/latency-buckets.ts';
import type { PathFacts } from '../../src/metrics/path-facts.ts';
import { addedTime, inspectedShare, pathVerdict, rewriteWords } from '../../src/metrics/path-verdict.ts';
import { apiName } from '../../src/protocol/api-keys.ts';
import type { CaptureFacts, PathSnapshot } from '../../src/store/snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { wrapText } from './empty-state.ts';
import { formatCount, formatDurationShort, formatShare, formatSize } from './format.ts';
import type { Glyphs } from './glyphs.ts';
import { blank, cutLine, type Line, type Role, type Run } from './line.ts';
import { padText } from './text-width.ts';

/** The lines that answer whether the proxy is innocent, or what a capture lacks. At most `width` columns each. */
export function factLines(path: PathSnapshot, width: number, glyphs: Glyphs): Line[] {
  const lines = path.facts === null ? captureLines(path, width, glyphs) : liveLines(path.facts, path, width, glyphs);
  return lines.map((row) => cutLine(row, width, glyphs.ellipsis));
}

function liveLines(facts: PathFacts, path: PathSnapshot, width: number, glyphs: Glyphs): Line[] {
  return [
    ...verdictLines(facts, width, glyphs),
    addedLine(facts, glyphs),
    histogramLine(facts, glyphs),
    bytesLine(facts),
    fact('changed', [run(rewriteWords(facts).replaceAll('×', glyphs.ascii ? 'x' : '×') || 'nothing')]),
    fact('capped', [run(capWords(facts, glyphs))]),
    inspectionLine(facts),
    tallyLine('left out', { ...path.losses, 'connections of this list': path.connections.unlisted }, 'nothing', 'warn'),
    fact('clients', [...connectionRuns(facts), ...refusedRuns(facts), ...metricsRuns(path)]),
  ];
}

/** Two rows, so that what stands below never moves. */
function verdictLines(facts: PathFacts, width: number, glyphs: Glyphs): Line[] {
  const { kind, sentence } = pathVerdict(facts);
  const [sign, word, role] = {
    innocent: [glyphs.ok, 'innocent', 'ok'],
    guilty: [glyphs.bad, 'NOT INNOCENT', 'error'],
    open: [glyphs.unknown, 'so far', 'strong'],
  }[kind] as [string, string, Role];
  const head = ` ${sign} ${word}: `;
  const text = printable(sentence.replaceAll('×', glyphs.ascii ? 'x' : '×'), glyphs.ascii);
  const [first = '', ...rest] = wrapText(`${head}${text}`.trimStart(), width - 2);
  const second = rest.join(' ');
  return [[{ text: ` ${first}`, role }], second === '' ? blank : [{ text: `   ${second}`, role }]];
}

function addedLine(facts: PathFacts, glyphs: Glyphs): Line {
  const added = addedTime(facts);
  if (added === null) return fact('added', [run('not measured yet', 'muted')]);
  const us = (value: number) => formatMicroseconds(value, glyphs);
  return fact('added', [
    run(`p50 ${us(added.p50Us)}  p99 ${us(added.p99Us)}  p99.9 ${us(added.p999Us)}  max ${us(added.maxUs)}`, 'strong'),
    run(`  by ${formatCount(added.count)} messages`, 'muted'),
  ]);
}

/** One sign a bound, as high as its share of the fullest; the bounds of its ends stand beside it. */
function histogramLine(facts: PathFacts, glyphs: Glyphs): Line {
  const { counts } = bucketsOf(facts.addedUs, addedBoundsUs);
  const most = Math.max(...counts);
  if (most === 0) return blank;
  const bars = counts.map((count) => {
    if (count === 0) return ' ';
    // A logarithm, since the few slow ones are what is looked for.
    const height = (Math.log2(1 + count) / Math.log2(1 + most)) * glyphs.sparks.length;
    return glyphs.sparks[Math.min(glyphs.sparks.length, Math.max(1, Math.ceil(height))) - 1] ?? '';
  });
  const first = formatMicroseconds(addedBoundsUs[0] ?? 0, glyphs);
  const last = formatMicroseconds(addedBoundsUs.at(-1) ?? 0, glyphs);
  return fact('', [
    run(`${first} `, 'muted'),
    run(bars.map((bar) => bar.repeat(2)).join(''), 'accent'),
    run(` > ${last}, logarithmic`, 'muted'),
  ]);
}

/** Bytes in and out of both directions: equal but for declared changes and what is on its way. */
function bytesLine({ bytes, rewriteDeltaBytes }: PathFacts): Line {
  return fact('bytes', [
    run(`to brokers ${balance(bytes.fromClient, bytes.toBroker, 0)}`),
    run(`   to clients ${balance(bytes.fromBroker, bytes.toClient, rewriteDeltaBytes)}`),
  ]);
}

function balance(inBytes: number, outBytes: number, declared: number): string {
  const words = declared === 0 ? '' : ` ${declared > 0 ? '+' : '-'} ${formatCount(Math.abs(declared))} B`;
  const rest = outBytes - inBytes - declared;
  if (rest === 0) return `${formatSize(inBytes)} in${words} = out`;
  const both = `${formatSize(inBytes)} in${words}, ${formatSize(outBytes)} out`;
  return rest < 0 ? `${both} (${formatSize(-rest)} on the way)` : `${both} (${formatCount(rest)} B more)`;
}

function capWords({ versionCaps }: PathFacts, glyphs: Glyphs): string {
  if (versionCaps.length === 0) return 'no version: clients see every version the brokers offer';
  return versionCaps
    .map(({ apiKey, offeredMax, cappedMax, count }) => {
      const name = apiName(apiKey) ?? `key ${apiKey}`;
      return `${name} ${offeredMax} ${glyphs.arrow} ${cappedMax} (${formatCount(count)} times)`;
    })
    .join(', ');
}

function inspectionLine(facts: PathFacts): Line {
  const share = inspectedShare(facts);
  if (share === null) return fact('looked at', [run('no frame yet', 'muted')]);
  if (facts.skippedFrames === 0)
    return fact('looked at', [run(`100% of ${formatCount(facts.inspectedFrames)} frames`)]);
  const skipped = `${formatCount(facts.skippedFrames)} frames (${formatSize(facts.skippedBytes)}) passed unseen, inspection was behind`;
  return fact('looked at', [run(`${formatShare(share)} of frames: ${skipped}`, 'error')]);
}

function connectionRuns({ connections, draining }: PathFacts): Run[] {
  const states = Object.entries(connections).filter(([, count]) => count > 0);
  const words = states.map(([state, count]) => `${formatCount(count)} ${state}`).join(', ');
  const runs = [run(words === '' ? 'none connected' : words)];
  return draining ? [...runs, run('  DRAINING: nobody new is let in', 'warn')] : runs;
}

function refusedRuns({ refused }: PathFacts): Run[] {
  const words = tallyWords(refused);
  return words === '' ? [run('   given up: none', 'muted')] : [run(`   given up: ${words}`, 'warn')];
}

/** Port 0 took a free one: here a person reads which. */
function metricsRuns({ metricsUrl }: PathSnapshot): Run[] {
  return metricsUrl === null ? [] : [run(`   metrics ${metricsUrl}`, 'muted')];
}

function captureLines(path: PathSnapshot, width: number, glyphs: Glyphs): Line[] {
  const { capture } = path;
  const intro = 'A capture shows what was on the wire. What a proxy adds or changes is not in it; what is missing is:';
  const [first = '', ...rest] = wrapText(intro, width - 2);
  const lines: Line[] = [[run(` ${first}`)], rest.length === 0 ? blank : [run(`   ${rest.join(' ')}`)]];
  if (capture === null) return lines;
  return [...lines, ...lossLines(capture, glyphs), tallyLine('undecoded', path.undecoded, 'nothing', 'warn')];
}

function lossLines(capture: CaptureFacts, glyphs: Glyphs): Line[] {
  const count = (value: number | null) => (value === null ? glyphs.unknown : formatCount(value));
  const lost = capture.gaps > 0 || (capture.missingBytes ?? 0) > 0 || (capture.cutPackets ?? 0) > 0;
  const damage = capture.damage === null ? '' : `   damaged: ${printable(capture.damage, glyphs.ascii)}`;
  const odd = capture.orphans + capture.abandoned + capture.incompleteFrames + capture.notKafka > 0;
  return [
    fact('packets', [run(count(capture.packets)), run(damage, 'error')]),
    fact('lost', [
      run(
        `${count(capture.gaps)} gaps, ${formatSize(capture.missingBytes)} missing, ${count(capture.cutPackets)} packets cut by the snaplen`,
        lost ? 'warn' : 'plain',
      ),
    ]),
    fact('unpaired', [
      run(
        `${count(capture.orphans)} responses without request, ${count(capture.abandoned)} requests without response, ${count(capture.incompleteFrames)} cut frames, ${count(capture.notKafka)} streams not Kafka`,
        odd ? 'warn' : 'plain',
      ),
    ]),
  ];
}

function tallyLine(label: string, tally: Readonly<Record<string, number>>, none: string, role: Role): Line {
  const words = tallyWords(tally);
  return fact(label, words === '' ? [run(none)] : [run(words, role)]);
}

function tallyWords(tally: Readonly<Record<string, number>>): string {
  return Object.entries(tally)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${what} ${formatCount(count)}`)
    .join(', ');
}

const labelColumns = 11;

function fact(label: string, runs: readonly Run[]): Line {
  return [{ text: ` ${padText(label, labelColumns)}`, role: 'muted' }, ...runs.filter(({ text }) => text !== '')];
}

function run(text: string, role: Role = 'plain'): Run {
  return { text, role };
}

/** The time added is short: microseconds below a millisecond. */
function formatMicroseconds(us: number, glyphs: Glyphs): string {
  return us < 1_000 ? `${us} ${glyphs.ascii ? 'us' : 'µs'}` : formatDurationShort(us);
}
