/**
 * As sysexits.h numbers them, so that a supervisor can tell what no restart will mend (EX_CONFIG, EX_USAGE) from the
 * rest: an address that another program still has (EX_UNAVAILABLE) may be free the next time.
 */
export const exitCodes = { ok: 0, usage: 64, unavailable: 69, software: 70, configuration: 78 } as const

/** Of a process that a signal ended: 128 + its number, as shells say it. */
export const exitCodeOfSignal = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
