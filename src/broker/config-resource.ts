/** `ConfigResource.Type` codes this broker has settings for. */
export const resourceTypes = { topic: 2, broker: 4 } as const;
