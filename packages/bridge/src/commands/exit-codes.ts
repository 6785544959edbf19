/** As sysexits.h numbers them, so that a supervisor can tell what no restart will mend (EX_CONFIG, EX_USAGE) from the rest. */
export const exitCodes = { ok: 0, usage: 64, software: 70, configuration: 78 } as const

/** Of a process that a signal ended: 128 + its number, as shells say it. */
export const exitCodeOfSignal = { SIGINT: 130, SIGTERM: 143 } as const
