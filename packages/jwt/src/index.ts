export type { JwtExpectations } from './expectations.ts'
export type { RefusalReason } from './refused-token.ts'
export { createVerifier, type JwtVerifier, type VerifyOptions } from './verifier.ts'
export { withVerification } from './with-verification.ts'
