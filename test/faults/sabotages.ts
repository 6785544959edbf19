export interface Sabotage {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Its text, once in that file. */
  readonly guard: string
  readonly instead: string
  /** The rows of docs/faults.md of which at least one must turn red. */
  readonly rows: readonly string[]
}

/** Guards of which each, switched off, must be noticed. */
export const sabotages: readonly Sabotage[] = [
  {
    name: 'single flight',
    file: 'packages/core/src/manager/refresher.ts',
    guard: 'get flight(): Flight<C> | undefined {\n    return this.#flight\n  }',
    instead: 'get flight(): Flight<C> | undefined {\n    return undefined\n  }',
    rows: ['CLK-F3'],
  },
  {
    name: 'skew',
    file: 'packages/core/src/token/moments.ts',
    guard: 'const unusable = lifetime - skewOf(lifetime)',
    instead: 'const unusable = lifetime',
    rows: ['TOK-F12', 'TOK-F16'],
  },
  {
    name: 'jitter',
    file: 'packages/core/src/token/moments.ts',
    guard: 'window * (1 - JITTERED_SHARE * random)',
    instead: 'window * (1 - JITTERED_SHARE)',
    rows: ['CLK-F7'],
  },
  {
    name: 'monotonic clock',
    file: 'packages/core/src/manager/held.ts',
    guard: 'Math.min(wall + moment - clock.now(), monotonic + moment - clock.monotonic())',
    instead: 'wall + moment - clock.now()',
    rows: ['CLK-F2'],
  },
  {
    name: 'wall clock',
    file: 'packages/core/src/manager/held.ts',
    guard: 'Math.min(wall + moment - clock.now(), monotonic + moment - clock.monotonic())',
    instead: 'monotonic + moment - clock.monotonic()',
    rows: ['CLK-F1'],
  },
  {
    name: 'no call before its time',
    file: 'packages/core/src/manager/pause.ts',
    guard: 'return this.#notBefore - this.#clock.monotonic()',
    instead: 'return 0',
    rows: ['TOK-F08', 'TOK-F10'],
  },
  {
    name: 'Retry-After',
    file: 'packages/core/src/manager/pause.ts',
    guard: 'Math.max(least, Math.min(error.retryAfter ?? 0, LONGEST_RETRY_AFTER))',
    instead: 'least',
    rows: ['TOK-F10', 'TOK-F11'],
  },
  {
    name: 'longest lifetime',
    file: 'packages/core/src/token/issued-lifetime.ts',
    guard: 'lifetime: Math.min(lifetime, LONGEST)',
    instead: 'lifetime',
    rows: ['TOK-F04'],
  },
  {
    name: 'one forced acquisition a minute',
    file: 'packages/core/src/authorizer/refusals.ts',
    guard: 'now - this.#forced.at >= BETWEEN_FORCED',
    instead: 'true',
    rows: ['TOK-F22'],
  },
  {
    name: 'sanitised causes',
    file: 'packages/core/src/errors/sanitize-cause.ts',
    guard: 'return sanitize(error, DEEPEST)',
    instead: 'return error as Error',
    rows: ['CFG-F6', 'TOK-F23'],
  },
  {
    name: 'size cap of the token endpoint',
    file: 'packages/egress/src/limits.ts',
    guard: 'LARGEST_BODY = 1024 * 1024',
    instead: 'LARGEST_BODY = Number.MAX_SAFE_INTEGER',
    rows: ['TOK-F07'],
  },
  {
    name: 'redirects of the token endpoint',
    file: 'packages/egress/src/issuer-connection.ts',
    guard: "redirect: 'manual'",
    instead: "redirect: 'follow'",
    rows: ['TOK-F13'],
  },
  {
    name: 'characters of a token',
    file: 'packages/core/src/token/access-token.ts',
    guard: 'if (FIELD_SAFE.test(value) && value.length <= LONGEST) return value',
    instead: 'return value',
    rows: ['TOK-F14'],
  },
  {
    name: 'plain http',
    file: 'packages/orthanc/src/configuration/urls.ts',
    guard: '!allowInsecureHttp && leavesInClear(url)',
    instead: 'false',
    rows: ['NET-F9'],
  },
  {
    name: 'secrets in URLs',
    file: 'packages/orthanc/src/configuration/urls.ts',
    guard: "url.username !== '' || url.password !== ''",
    instead: 'false',
    rows: ['CFG-F1'],
  },
  {
    name: 'certificate of the DICOMweb server',
    file: 'packages/bridge/src/providers/egress-of.ts',
    guard: 'verifyTls: verifySsl !== false',
    instead: 'verifyTls: false',
    rows: ['NET-F6'],
  },
  {
    name: 'password of the data listener',
    file: 'packages/bridge/src/proxy/admission.ts',
    guard: '!(await gate.admits(headers.authorization))',
    instead: 'false',
    rows: ['BRG-F19'],
  },
  {
    name: 'stripping of headers',
    file: 'packages/bridge/src/proxy/header-rules.ts',
    guard: '!named.has(lower) && !neverFromClient.has(squeezed(name))',
    instead: 'true',
    rows: ['BRG-F04', 'BRG-F05'],
  },
  {
    name: 'redirects of the DICOMweb server',
    file: 'packages/bridge/src/proxy/redirect.ts',
    guard: 'destination === null || destination.origin !== base.origin',
    instead: 'destination === null',
    rows: ['BRG-F16'],
  },
  {
    name: 'Host of the control listener',
    file: 'packages/bridge/src/control/guard.ts',
    guard: '!known.has(hostname(headers.host))',
    instead: 'false',
    rows: ['BRG-F20'],
  },
  {
    name: 'algorithms of a JWT',
    file: 'packages/jwt/src/header.ts',
    guard: "typeof alg !== 'string' || !algorithms.includes(alg)",
    instead: "typeof alg !== 'string'",
    rows: ['JWT-F1', 'JWT-F10'],
  },
  {
    name: 'pause between two looks at the keys',
    file: 'packages/jwt/src/remote-keys.ts',
    guard: 'const COOLDOWN = 30_000',
    instead: 'const COOLDOWN = 0',
    rows: ['JWT-F3'],
  },
  {
    name: 'one nonce of an issuer',
    file: 'packages/provider-generic/src/token/request-token.ts',
    guard: 'if (dpop !== undefined && (await asksForNonce(attempt.response)))',
    instead: 'while (dpop !== undefined && (await asksForNonce(attempt.response)))',
    rows: ['TOK-F19'],
  },
]
