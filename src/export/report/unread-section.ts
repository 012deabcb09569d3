import { printable } from '../../wire/printable.ts';
import { limitSentence } from '../limit-sentence.ts';
import { countText } from '../quantity-text.ts';
import type { ReportFacts } from './report-facts.ts';
import type { ReportSection } from './section.ts';

/** What could not be read, and why. */
export const unreadSection: ReportSection = {
  name: 'unread',
  help: 'gaps, cut messages, undecodable and encrypted traffic',
  rowsByDefault: 20,
  print: unreadLines,
  csv: () => null,
};

function unreadLines({ capture, summary }: ReportFacts) {
  const lines: string[] = [];
  if (capture?.truncated === true) {
    const what = capture.damage?.message ?? 'the file ends in the middle of a packet; everything before it was read';
    lines.push(`  ${printable(what.charAt(0).toUpperCase() + what.slice(1))}${what.endsWith('.') ? '' : '.'}`);
  }
  if (capture?.tls !== undefined && capture.tls.unread > 0 && capture.tls.message !== null) {
    lines.push(`  ${countText(capture.tls.unread)} TLS connections: ${capture.tls.message}`);
  }
  if (summary.gaps > 0) lines.push(`  ${countText(summary.gaps)} gaps: bytes that the capture does not have.`);
  if (summary.incompleteFrames > 0) {
    lines.push(
      `  ${countText(summary.incompleteFrames)} messages were cut by the end of their connection or of the capture.`,
    );
  }
  if (summary.notKafka > 0)
    lines.push(
      `  ${countText(summary.notKafka)} streams to Kafka ports carry something else (TLS, HTTP, damaged sizes).`,
    );
  for (const [reason, count] of Object.entries(summary.opaque)) {
    lines.push(`  ${countText(count)} messages could not be decoded: ${reason}.`);
  }
  for (const [reason, count] of Object.entries(capture?.skippedPackets ?? {})) {
    if (count > 0) lines.push(`  ${countText(count)} packets skipped: ${reason}.`);
  }
  for (const [limit, count] of Object.entries(summary.limitsReached)) {
    if (count > 0) lines.push(`  ${limitSentence(limit, count)}`);
  }
  return lines.length === 0 ? null : { title: 'Not read', lines };
}
