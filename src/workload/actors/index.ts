import type { Actor } from '../actor.ts';
import { adminConsole } from './admin-console.ts';
import { auditAgent } from './audit-agent.ts';
import { billingGroup } from './billing-group.ts';
import { clickStream } from './click-stream.ts';
import { etlGroup } from './etl-group.ts';
import { legacyEtl } from './legacy-etl.ts';
import { misconfiguredJob } from './misconfigured-job.ts';
import { ordersServices } from './orders-service.ts';
import { paymentsService } from './payments-service.ts';

/** Everybody in the workload. To add one: its file and a line. */
export const actors: readonly Actor[] = [
  ...ordersServices,
  clickStream,
  paymentsService,
  auditAgent,
  ...billingGroup,
  ...etlGroup,
  legacyEtl,
  adminConsole,
  misconfiguredJob,
];
