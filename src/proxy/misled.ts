import { type BrokerBinding, isSameAddress } from './broker-routes.ts';
import type { HostPort } from './host-port.ts';
import type { Destination } from './upstream-route.ts';

/** How long a connection at the wrong broker may wait for responses that are due. */
export const misledDrainMs = 5_000;

/**
 * True for a connection that is known to be at the wrong broker, now that `binding` is known: one of another node at
 * the address that is this node's, or one of this node that had to begin elsewhere. Without a proxy its client would
 * see the node's address change and leave by itself; here the address it sees never changes. A node that only moved
 * keeps its connections: they are at the right broker until they end.
 */
export function isMisled(
  { destination, upstream }: { readonly destination: Destination; readonly upstream: HostPort | null },
  binding: BrokerBinding,
): boolean {
  const { nodeId, endpointType, targets } = destination;
  if (nodeId === null || upstream === null || endpointType !== binding.endpointType) return false;
  if (nodeId !== binding.nodeId) return isSameAddress(upstream, binding.upstream);
  return targets.length === 0 && binding.upstream !== null && !isSameAddress(upstream, binding.upstream);
}
