/**
 * API keys whose responses are kept whoever looks, because folds behind the engine read fields that the walk does not
 * pick: Metadata and DescribeCluster name clusters, JoinGroup and the heartbeats of KIP-848, 932 and 1071 generations,
 * SaslHandshake mechanisms. All are small or rare.
 */
const keys: ReadonlySet<number> = new Set([3, 11, 17, 60, 68, 76, 88]);

/** True when somebody behind the engine may decode the response of this API. */
export function isReadLater(apiKey: number): boolean {
  return keys.has(apiKey);
}
