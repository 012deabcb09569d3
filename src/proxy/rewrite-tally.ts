import type { VersionCap } from '../addons/cap-versions.ts';

/** What was done to one response, as far as it is counted. */
type Rewrite =
  | { readonly kind: 'rewritten'; readonly frame: Uint8Array }
  | { readonly kind: 'capped'; readonly frame: Uint8Array; readonly caps: readonly VersionCap[] };

/** Counts the declared changes of one connection, so that its bytes can be checked against them. */
export class RewriteTally {
  addressesRewritten = 0;
  addressesHidden = 0;
  versionsCapped = 0;
  /** ApiVersions requests whose version was made one that no broker has. */
  versionsRefused = 0;
  /** By how many bytes responses became longer (or, negative, shorter). */
  deltaBytes = 0;
  /** The caps done last; a broker offers the same on every connection. */
  caps: readonly VersionCap[] = [];

  /** Counts a response of `frameBytes`, prefix included, that was replaced. */
  note(rewrite: Rewrite, frameBytes: number): void {
    this.deltaBytes += rewrite.frame.length - frameBytes;
    if (rewrite.kind === 'rewritten') {
      this.addressesRewritten += 1;
      return;
    }
    this.versionsCapped += 1;
    this.caps = rewrite.caps;
  }

  /** By kind, only those that happened; named like the events that told them. */
  byKind(): Record<string, number> {
    const kinds: Record<string, number> = {};
    if (this.addressesRewritten > 0) kinds['addresses-rewritten'] = this.addressesRewritten;
    if (this.addressesHidden > 0) kinds['addresses-hidden'] = this.addressesHidden;
    if (this.versionsCapped > 0) kinds['versions-capped'] = this.versionsCapped;
    if (this.versionsRefused > 0) kinds['api-versions-too-new'] = this.versionsRefused;
    return kinds;
  }
}
