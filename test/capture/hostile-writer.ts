/** Writes one hostile capture to standard output: another process than the reader's, whose memory is measured. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hostileCaptures } from './hostile-captures.ts';

const make = hostileCaptures[process.argv[2] ?? ''];
if (make === undefined) throw new Error('which capture?');
// A reader that has had enough closes the pipe, which is no error of ours.
await pipeline(Readable.from(make(), { objectMode: true, highWaterMark: 1 }), process.stdout).catch(() => undefined);
