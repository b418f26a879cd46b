/** Several times as long as the longest window and wait in the time lapse, for busy machines. */
export const PATIENCE = { timeout: 90_000, interval: 200 } as const;
