/** One sample line. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric of a scrape. */
export interface ParsedFamily {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
  readonly samples: Sample[];
}

const kinds = new Set(['counter', 'gauge', 'histogram']);

/**
 * Reads the text format as strictly as `promtool check metrics`: HELP and TYPE once and before the samples, samples of
 * a metric together, no series twice, counters named `_total` and not negative, histogram buckets ascending and
 * cumulative with `+Inf` equal to the count. Throws a sentence with the line.
 */
export function parsePrometheus(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, ParsedFamily>();
  const seen = new Set<string>();
  let help: { name: string; text: string } | null = null;
  let family: ParsedFamily | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const fail = (reason: string): Error => new Error(`${reason}: ${line}`);
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (comment !== null) {
      const [, word, name = '', rest = ''] = comment;
      if (word === 'HELP') {
        if (families.has(name)) throw fail('HELP twice or after its samples');
        help = { name, text: rest };
        family = null;
        continue;
      }
      if (help?.name !== name) throw fail('TYPE without the HELP before it');
      if (!kinds.has(rest)) throw fail('no such type');
      if ((rest === 'counter') !== name.endsWith('_total')) throw fail('counters and only they end in _total');
      family = { name, kind: rest, help: help.text, samples: [] };
      families.set(name, family);
      continue;
    }
    if (line.startsWith('#') || line === '') throw fail('neither HELP, TYPE nor a sample');
    if (family === null) throw fail('a sample outside of its metric');
    const sample = parseSample(line);
    if (!belongs(sample.name, family)) throw fail(`a sample that is not of ${family.name}`);
    const series = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(series)) throw fail('the same series twice');
    seen.add(series);
    if (family.kind !== 'gauge' && !(sample.value >= 0)) throw fail('a sum that is negative or no number');
    family.samples.push(sample);
  }
  for (const parsed of families.values()) if (parsed.kind === 'histogram') checkHistogram(parsed);
  return families;
}

/** The value of one series; undefined when the scrape has none such. */
export function sampleOf(
  families: Map<string, ParsedFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const family = families.get(name.replace(/_(bucket|sum|count)$/, '')) ?? families.get(name);
  const wanted = Object.entries(labels);
  return family?.samples.find(
    (sample) => sample.name === name && wanted.every(([key, value]) => sample.labels[key] === value),
  )?.value;
}

function belongs(name: string, family: ParsedFamily): boolean {
  if (family.kind !== 'histogram') return name === family.name;
  return ['_bucket', '_sum', '_count'].some((suffix) => name === `${family.name}${suffix}`);
}

function parseSample(line: string): Sample {
  const head = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{)?/.exec(line);
  if (head === null) throw new Error(`no metric name: ${line}`);
  const labels: Record<string, string> = {};
  let at = head[0].length;
  while (head[2] === '{' && line[at] !== '}') {
    const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,(?!\})|(?=\}))/.exec(line.slice(at));
    if (label === null) throw new Error(`no label at ${at}: ${line}`);
    const [whole, name = '', value = ''] = label;
    if (name in labels) throw new Error(`the label ${name} twice: ${line}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    at += whole.length;
  }
  if (head[2] === '{') at += 1;
  const value = / ([+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/.exec(line.slice(at));
  if (value === null || value[0].length !== line.length - at) throw new Error(`no value at ${at}: ${line}`);
  return { name: head[1] ?? '', labels, value: Number((value[1] ?? '').replace('Inf', 'Infinity')) };
}

function checkHistogram(family: ParsedFamily): void {
  const series = new Map<string, { buckets: [number, number][]; sum?: number; count?: number }>();
  for (const { name, labels, value } of family.samples) {
    const { le, ...own } = labels;
    const key = JSON.stringify(Object.entries(own).sort());
    const entry = series.get(key) ?? { buckets: [] };
    series.set(key, entry);
    if (name.endsWith('_bucket')) entry.buckets.push([Number((le ?? '').replace('Inf', 'Infinity')), value]);
    else if (name.endsWith('_sum')) entry.sum = value;
    else entry.count = value;
  }
  for (const [key, { buckets, sum, count }] of series) {
    const where = `${family.name} ${key}`;
    if (sum === undefined || count === undefined) throw new Error(`${where} lacks its sum or count`);
    let before: [number, number] = [Number.NEGATIVE_INFINITY, 0];
    for (const bucket of buckets) {
      if (!(bucket[0] > before[0])) throw new Error(`${where}: bounds do not ascend`);
      if (bucket[1] < before[1]) throw new Error(`${where}: buckets are not cumulative`);
      before = bucket;
    }
    if (before[0] !== Number.POSITIVE_INFINITY || before[1] !== count)
      throw new Error(`${where}: +Inf is not the count`);
  }
}
