export { type CanaryForm, canaryForms } from './canaries/canary-forms.ts'
export { expectNoCanary, type LabelledSecrets } from './canaries/expect-no-canary.ts'
export { answer, earlyAnswer, json, redirect } from './fault-server/behaviours/answer.ts'
export { garbage, reset, resetInBody, resetInHead, truncate } from './fault-server/behaviours/broken.ts'
export { compressedBomb, huge } from './fault-server/behaviours/bulk.ts'
export { pass } from './fault-server/behaviours/pass.ts'
export { delay, drip, hang, withoutContinue } from './fault-server/behaviours/slow.ts'
export type { Answer, GeneratedBody } from './fault-server/behaviours/wire-answer.ts'
export {
  type ConnectionBehaviour,
  garbageConnection,
  hangConnection,
  resetConnection,
} from './fault-server/connection-behaviours.ts'
export type { Behaviour, Exchange } from './fault-server/exchange.ts'
export { type FaultServer, type FaultServerOptions, startFaultServer } from './fault-server/fault-server.ts'
export type { KeyAndCertificate } from './fault-server/key-and-certificate.ts'
export type { HeaderList, SeenRequest } from './fault-server/seen-request.ts'
export { blackHole, type FaultyPort, refusingPort } from './fault-server/tcp-faults.ts'
export { acquireRequest, failureOf } from './provider-contract/acquire.ts'
export type {
  ContractSubject,
  ExpectedFailure,
  Rotation,
  ShiftedSubject,
} from './provider-contract/contract-subject.ts'
export { leaks } from './provider-contract/leaks.ts'
export { oauthError, oauthFailures } from './provider-contract/oauth-failures.ts'
export { type ProviderContract, providerContract } from './provider-contract/provider-contract.ts'
