/** Reads Node's error code (`ECONNREFUSED`, `ENOENT` …) from anything thrown; empty when there is none. */
export function systemErrorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
