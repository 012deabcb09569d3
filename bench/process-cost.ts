import { existsSync, readFileSync } from 'node:fs';

// USER_HZ: fixed at 100 for every Linux ABI that Node runs on; /proc counts processor time in it.
const ticksPerSecond = 100;

/** Processor seconds (user and system, all threads) a process has used; null where there is no /proc. */
export function processorSeconds(pid: number): number | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) {
    return null;
  }
  // The name, in parentheses, may hold spaces: fields are counted from behind it.
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory in megabytes (10^6 bytes), now and at its highest; null where there is no /proc. */
export function residentMegabytes(pid: number): { readonly now: number; readonly highest: number } | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) {
    return null;
  }
  const text = readFileSync(file, 'utf8');
  const read = (name: string): number => (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1]) * 1024) / 1e6;
  return { now: read('VmRSS'), highest: read('VmHWM') };
}
