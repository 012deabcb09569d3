import { clusterMetadata } from '../protocol/schema/records/cluster-metadata.ts';
import type { SpanWriter } from '../records/span-writer.ts';
import type { PayloadReader } from './payload-reader.ts';
import { writePlan } from './plan-spans.ts';
import { planOrFail } from './tables.ts';

/** The only frame version there has been (`AbstractApiMessageSerde`). */
const frameVersionKnown = 1;

function uvarint(writer: SpanWriter, name: string, noteOf: (value: number) => string | null): number {
  const { reader } = writer;
  const start = reader.position;
  const value = reader.uvarint();
  if (!reader.failed) writer.leaf(name, 'UVARINT', value, noteOf(value), start);
  return value;
}

/** Records of the controllers' log: varints for frame version, record type and version, then the struct. */
export const clusterMetadataValue: PayloadReader = {
  name: '__cluster_metadata value',
  matches: (place) =>
    place.owner === 'Record' && place.topic === '__cluster_metadata' && place.field === 'value' && !place.control,
  read(writer, place, payloads) {
    const { reader } = writer;
    const start = reader.position;
    const frameVersion = uvarint(writer, 'frameVersion', () => null);
    if (!reader.failed && frameVersion !== frameVersionKnown) {
      reader.fail('malformed', start, `frame version ${frameVersion}: only ${frameVersionKnown} is known`);
    }
    if (reader.failed) return null;
    const typeAt = reader.position;
    const tableOf = (type: number) => clusterMetadata.find((candidate) => candidate.type === type)?.value;
    const type = uvarint(writer, 'type', (value) => tableOf(value)?.name ?? 'unknown');
    const version = uvarint(writer, 'version', () => null);
    if (reader.failed) return null;
    const table = tableOf(type);
    if (table === undefined) {
      reader.fail('malformed', typeAt, `record type ${type} is not known`);
      return null;
    }
    const plan = planOrFail(table, version, reader);
    if (plan === null) return `${table.name} version ${version}`;
    writePlan(writer, plan, place, payloads, {
      hides: (field, lookup) => {
        if (table.name !== 'ConfigRecord' || field.name !== 'value') return false;
        const name = lookup('name');
        return typeof name === 'string' && payloads.host.isSensitiveConfigName(name);
      },
    });
    return `${table.name} version ${version}`;
  },
};
