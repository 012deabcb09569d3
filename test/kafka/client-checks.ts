import type { Reporter } from './reporter.ts';
import { contentSha256, type DriverReport, type Scenario, scenarioRecords } from './scenario.ts';

const short = (sha256: string): string => sha256.slice(0, 12);

/** What a client must report, whichever way it reached the brokers. */
export function checkClientReport(
  reporter: Reporter,
  way: string,
  scenario: Scenario,
  report: DriverReport,
  reference: DriverReport | null,
): void {
  const name = `${scenario.client} ${way}`;
  const records = scenarioRecords(scenario);
  const expected = contentSha256(records);
  reporter.check(
    `${name}: reads back every record it wrote (${scenario.batches.map((batch) => batch.codec).join(', ')})`,
    report.written === records.length && report.read === records.length && report.contentSha256 === expected,
    `${report.written} written, ${report.read} read, content ${short(report.contentSha256)}`,
  );
  const committed = contentSha256(scenario.committed);
  reporter.check(
    `${name}: a reader of committed data gets the committed transaction only`,
    report.transaction.committedRead === scenario.committed.length && report.transaction.contentSha256 === committed,
    `${report.transaction.written} written, ${report.transaction.committedRead} committed`,
  );
  for (const group of scenario.groups) {
    const found = report.groups.find((each) => each.protocol === group.protocol);
    reporter.check(
      `${name}: two members of a ${group.protocol} group share the topic`,
      found?.members === 2 && found.read === records.length && found.contentSha256 === expected,
      found === undefined ? 'not reported' : `${found.members} members, ${found.read} records`,
    );
  }
  if (reference !== null) {
    reporter.check(
      `${name}: content and administration as without the proxy`,
      report.contentSha256 === reference.contentSha256 &&
        report.transaction.contentSha256 === reference.transaction.contentSha256 &&
        JSON.stringify(report.admin) === JSON.stringify(reference.admin),
      `content ${short(report.contentSha256)}, ${JSON.stringify(report.admin)}`,
    );
  }
}

/** No address a client learned may be one of the brokers' own. */
export function checkLearnedAddresses(
  reporter: Reporter,
  scenario: Scenario,
  report: DriverReport,
  brokerPorts: ReadonlySet<number>,
): void {
  const own = report.brokers.filter((address) => brokerPorts.has(Number(address.split(':').at(-1))));
  reporter.check(
    `${scenario.client} through the proxy: learns ${brokerPorts.size} brokers, none by its own address`,
    own.length === 0 && new Set(report.brokers).size === brokerPorts.size,
    report.brokers.join(' '),
  );
}
