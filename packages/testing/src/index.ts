export { type CanaryForm, canaryForms } from './canaries/canary-forms.ts'
export { expectNoCanary, type LabelledSecrets } from './canaries/expect-no-canary.ts'
export {
  type Certificates,
  certificateFor,
  certificates,
  type KeyAndCertificate,
} from './certificates/certificates.ts'
export { type DicomFile, dicomFiles } from './dicom/dicom-files.ts'
export { type DicomHeader, readDicomHeader } from './dicom/dicom-header.ts'
export { type MultiFrame, multiFrame } from './dicom/multi-frame.ts'
export {
  type DicomWebOrigin,
  type DicomWebOriginOptions,
  startDicomWebOrigin,
} from './dicomweb-origin/dicomweb-origin.ts'
export type { Behind } from './dicomweb-origin/pass-through.ts'
export type { Tally } from './dicomweb-origin/tally.ts'
export type { RefusalReason } from './dicomweb-origin/verify-bearer.ts'
export { findTinyproxy, tinyproxyAvailable } from './egress-proxies/find-tinyproxy.ts'
export { type InspectingProxy, startInspectingProxy } from './egress-proxies/start-inspecting-proxy.ts'
export { startTinyproxy, type Tinyproxy } from './egress-proxies/start-tinyproxy.ts'
export { type EmbeddedDicomWeb, startEmbeddedDicomWeb } from './embedded-dicomweb/embedded-dicomweb.ts'
export { type FakeClock, fakeClock } from './fake-clock.ts'
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
export type { HeaderList, SeenRequest } from './fault-server/seen-request.ts'
export { blackHole, type FaultyPort, refusingPort } from './fault-server/tcp-faults.ts'
export { type Issuer, type IssuerOptions, type IssuerRequest, startIssuer } from './issuer/issuer.ts'
export type { DpopRequirement } from './issuer/provider-configuration.ts'
export {
  type ClientAuthenticationMethod,
  grantedScope,
  type KeyClient,
  randomSecret,
  refusedScope,
  type SecretClient,
  type TestClient,
  type TestClients,
  type TestKey,
} from './issuer/test-clients.ts'
export { findKeycloak, keycloakAvailable } from './keycloak/find-keycloak.ts'
export type { KeycloakAdmin } from './keycloak/keycloak-admin.ts'
export type { KeycloakClients } from './keycloak/keycloak-clients.ts'
export type { LaunchedKeycloak } from './keycloak/launched-keycloak.ts'
export { startKeycloak } from './keycloak/start-keycloak.ts'
export { findOrthanc, type OrthancFiles, orthancAvailable } from './orthanc-launcher/find-orthanc.ts'
export type { LaunchedOrthanc } from './orthanc-launcher/launched-orthanc.ts'
export { OrthancRest, type OrthancRestOptions, type RemoteResource } from './orthanc-launcher/orthanc-rest.ts'
export { type OrthancOptions, type ServerDefinition, startOrthanc } from './orthanc-launcher/start-orthanc.ts'
export { freePort } from './process/free-port.ts'
export { loadedLibraries } from './process/loaded-libraries.ts'
export { type ExitStatus, type ProcessOptions, startProcess, type TestProcess } from './process/start-process.ts'
export { type TemporaryFolder, temporaryFolder } from './process/temporary-folder.ts'
export { acquireRequest, failureOf } from './provider-contract/acquire.ts'
export type { ContractSubject, ExpectedFailure, SecretRotation } from './provider-contract/contract-subject.ts'
export { leaks } from './provider-contract/leaks.ts'
export { oauthError, oauthFailures } from './provider-contract/oauth-failures.ts'
export { type ProviderContract, providerContract } from './provider-contract/provider-contract.ts'
export {
  busyIssuer,
  fails,
  type Given,
  gives,
  hangs,
  refusedClient,
  type ScriptedProvider,
  type Step,
  scriptedProvider,
} from './scripted-provider.ts'
