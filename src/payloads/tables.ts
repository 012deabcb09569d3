import { planTable, type StructPlan } from '../protocol/plan.ts';
import { dataTables } from '../protocol/schema/index.ts';
import { type MessageTable, parseVersions, versionBounds } from '../protocol/table.ts';
import type { Reader } from '../wire/reader.ts';

/** Plans made so far, by table and version: bounded by what the tables have. */
const plans = new Map<MessageTable, Map<number, StructPlan>>();

function planOf(table: MessageTable, version: number): StructPlan {
  const versions = plans.get(table) ?? new Map<number, StructPlan>();
  plans.set(table, versions);
  const plan = versions.get(version) ?? planTable(table, version);
  versions.set(version, plan);
  return plan;
}

function boundsOf(table: MessageTable): { min: number; max: number } {
  return versionBounds(parseVersions(table.versions)) ?? { min: 0, max: 0 };
}

/** The plan of a version, or of the highest known one for a newer: how formats that only ever append are read. */
export function planOrNewest(table: MessageTable, version: number): StructPlan {
  const { min, max } = boundsOf(table);
  return planOf(table, Math.min(Math.max(version, min), max));
}

/** The plan of exactly this version; null, and the reader failed with the reason, where there is none. */
export function planOrFail(table: MessageTable, version: number, reader: Reader): StructPlan | null {
  const { min, max } = boundsOf(table);
  if (version >= min && version <= max) return planOf(table, version);
  const known = min === max ? `only ${min} is known` : `${min} to ${max} are known`;
  reader.fail('malformed', reader.position, `version ${version} of ${table.name}: ${known}`);
  return null;
}

/** A table of data that travels inside messages, by name. */
export function dataTable(name: string): MessageTable {
  const table = dataTables.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
}
