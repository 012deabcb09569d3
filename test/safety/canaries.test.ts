import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineInput } from '../../src/wire/segment.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { type Canary, canaryFor, canaryForms, Output } from './canary.ts';
import { everySink, type Showing } from './every-sink.ts';
import { captureOf } from './place-capture.ts';
import { dialogueOf, type SecretPlace, secretFrames, secretPlaces } from './secret-places.ts';

interface Planted {
  readonly place: SecretPlace;
  readonly canary: Canary;
  readonly inputs: readonly EngineInput[];
}

const planted: readonly Planted[] = secretPlaces.map((place, index) => {
  const secret = canaryFor(place.name);
  return { place, canary: canaryForms(secret), inputs: dialogueOf(place, secret, index + 1).inputs };
});
const credentials = planted.filter(({ place }) => place.payload !== true);
const payload = planted.filter(({ place }) => place.payload === true);

/** `place: sink` of everything that shows a canary. */
function leaks(showing: Showing, places: readonly Planted[]): string[] {
  return places.flatMap(({ place, canary, inputs }) =>
    [...everySink(inputs, showing)]
      .filter(([, output]) => new Output(output).holds(canary))
      .map(([sink]) => `${place.name}: ${sink}`),
  );
}

/** Names of the places that an output shows. */
function shownIn(output: string, places: readonly Planted[]): string[] {
  const searched = new Output(output);
  return places.filter(({ canary }) => searched.holds(canary)).map(({ place }) => place.name);
}

describe('the search', () => {
  const canary = canaryForms(canaryFor('search'));
  const bytes = Buffer.from(`x${canary.text}yz`);

  it.each([
    ['raw', bytes.toString()],
    ['base64', bytes.toString('base64')],
    ['base64, next alignment', bytes.subarray(1).toString('base64')],
    ['base64url', Buffer.concat([Buffer.from('zz'), bytes]).toString('base64url')],
    ['hex', bytes.toString('hex').toUpperCase()],
    ['hex dump', bytes.toString('hex').replaceAll(/(..)/g, '$1 ')],
    ['UTF-16LE', bytes.toString('utf16le') && Buffer.from(bytes.toString(), 'utf16le').toString('latin1')],
    ['UTF-16BE', Buffer.from(bytes.toString(), 'utf16le').swap16().toString('latin1')],
    ['UTF-16 in base64', Buffer.from(bytes.toString(), 'utf16le').toString('base64')],
    ['UTF-16 in JSON', JSON.stringify(Buffer.from(bytes.toString(), 'utf16le').toString('latin1'))],
    ['two thirds of it', canary.text.slice(4, 20)],
  ])('finds a canary in %s', (_form, text) => {
    expect(new Output(text).holds(canary)).toBe(true);
    expect(new Output(text).holds(canaryForms(canaryFor('another')))).toBe(false);
  });
});

describe('canaries in every secret-bearing place', () => {
  it('are at least forty, all different', () => {
    expect(planted.length).toBeGreaterThanOrEqual(40);
    expect(new Set(planted.map(({ canary }) => canary.text)).size).toBe(planted.length);
  });

  it('come out of no sink, nor stay in a frame that is kept', () => {
    expect(leaks({ unsafeShowSecrets: false, payload: 'show' }, credentials)).toEqual([]);
  });

  it('as payload of records come out of no sink while payload is hidden', () => {
    expect(leaks({ unsafeShowSecrets: false, payload: 'hide' }, payload)).toEqual([]);
  });

  it('come out with --unsafe-show-secrets, each of them', () => {
    const seen = new Set(
      leaks({ unsafeShowSecrets: true, payload: 'show' }, planted).map((leak) => leak.split(': ')[0]),
    );
    expect(planted.map(({ place }) => place.name).filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe('secret-bearing frames damaged at random', () => {
  it.each(secretFrames.map((frame) => [frame.name, frame] as const))('%s', (_name, frame) => {
    const secret = canaryFor(`damaged ${frame.name}`);
    const canary = canaryForms(secret);
    const whole = frame.make(secret);
    const at = Buffer.from(whole).indexOf(secret);
    const talk = new Conversation(1);
    const say = (bytes: Uint8Array) => {
      if (frame.side === 'broker') talk.request(frame.key, frame.version, 7, {});
      talk.raw(frame.side, framed(bytes));
    };
    for (let length = 8; length < whole.length; length += 1) say(whole.slice(0, length));
    // Key, version and correlation id stay: another API is another frame. Names stay too: they make a value a secret.
    for (let byte = frame.side === 'client' ? 8 : 4; byte < whole.length; byte += 1) {
      if (byte >= at && byte < at + secret.length) continue;
      for (const flip of [0x01, 0x80, 0xff, whole[byte] ?? 0]) {
        const copy = whole.slice();
        copy[byte] = (copy[byte] ?? 0) ^ flip;
        if (frame.configName === undefined || Buffer.from(copy).includes(frame.configName)) say(copy);
      }
    }
    const outputs = everySink(talk.inputs, { unsafeShowSecrets: false, payload: 'show' });
    const holding = [...outputs].filter(([, output]) => new Output(output).holds(canary));
    expect(holding.map(([sink]) => sink)).toEqual([]);
  });
});

describe('the program, over a capture of all places', () => {
  let folder = '';
  let file = '';
  let safe: readonly CliResult[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-scope-canaries-'));
    file = join(folder, 'places.pcap');
    await writeFile(file, captureOf(planted.map(({ inputs }) => inputs)));
    safe = await Promise.all([
      runCli(['analyze', file]),
      runCli(['analyze', file, '--json', '--records']),
      runCli(['analyze', file, '--json', '--records', '--payload', 'show', '--filter', 'api == SaslAuthenticate']),
      runCli(['replay', file, '--no-ui']),
    ]);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('prints none of them', () => {
    for (const { code, stdout, stderr } of safe) {
      expect(shownIn(stdout + stderr, planted)).toEqual([]);
      expect(code).toBe(0);
    }
    expect(safe[1]?.stdout.split('\n').length).toBeGreaterThan(planted.length);
    expect(safe[1]?.stdout).toContain('<redacted>');
  });

  it('prints the decodable ones when asked, and says so loudly', async () => {
    const args = ['--json', '--records', '--payload', 'show', '--unsafe-show-secrets'];
    const result = await runCli(['analyze', file, ...args]);
    expect(result.stderr).toMatch(/^warning: --unsafe-show-secrets is on/);
    expect(shownIn(result.stdout, credentials).length).toBeGreaterThanOrEqual(40);
    expect(shownIn(result.stdout, payload).length).toBeGreaterThanOrEqual(6);
    const report = await runCli(['analyze', file, '--unsafe-show-secrets']);
    expect(report.stderr).toMatch(/^warning: --unsafe-show-secrets is on/);
    for (const { stderr } of safe) expect(stderr).not.toContain('unsafe');
  });
});
