/** Exit status that a shell reports for a program ended by the signal. */
export const STATUS_OF = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type Signal = keyof typeof STATUS_OF;
export const SIGNALS = Object.keys(STATUS_OF) as Signal[];
