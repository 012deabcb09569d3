import { clustersSection } from './cluster-section.ts';
import { connectionsSection } from './connection-section.ts';
import { errorsSection } from './error-section.ts';
import { findingsSection } from './finding-section.ts';
import { groupsSection } from './group-section.ts';
import type { ReportSection } from './section.ts';
import { slowSection } from './slow-section.ts';
import { summarySection } from './summary-section.ts';
import { throttleSection } from './throttle-section.ts';
import { topicsSection } from './topic-section.ts';
import { apisSection, brokersSection, clientsSection } from './traffic-sections.ts';
import { unreadSection } from './unread-section.ts';

/** The parts of the report, in its order. */
export const reportSections: readonly ReportSection[] = [
  summarySection,
  findingsSection,
  clustersSection,
  apisSection,
  errorsSection,
  slowSection,
  clientsSection,
  brokersSection,
  topicsSection,
  groupsSection,
  throttleSection,
  connectionsSection,
  unreadSection,
];
