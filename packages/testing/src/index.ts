export {
  type Answer,
  acquireRequest,
  answer,
  type Behaviour,
  blackHole,
  type CanaryForm,
  type ConnectionBehaviour,
  type ContractSubject,
  canaryForms,
  compressedBomb,
  delay,
  drip,
  type Exchange,
  type ExpectedFailure,
  earlyAnswer,
  expectNoCanary,
  type FaultServer,
  type FaultServerOptions,
  type FaultyPort,
  failureOf,
  type GeneratedBody,
  garbage,
  garbageConnection,
  type HeaderList,
  hang,
  hangConnection,
  huge,
  json,
  type KeyAndCertificate,
  type LabelledSecrets,
  leaks,
  oauthError,
  oauthFailures,
  type ProviderContract,
  pass,
  providerContract,
  type Rotation,
  redirect,
  refusingPort,
  reset,
  resetConnection,
  resetInBody,
  resetInHead,
  type SeenRequest,
  type ShiftedSubject,
  startFaultServer,
  truncate,
  withoutContinue,
} from '@orthanc-oauth/testing-contracts'
export {
  type Certificates,
  certificateFor,
  certificates,
  clientCertificateFor,
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
export { type Issuer, type IssuerOptions, type IssuerRequest, startIssuer } from './issuer/issuer.ts'
export type { DpopRequirement } from './issuer/provider-configuration.ts'
export { type ShiftedIssuer, type ShiftedIssuerOptions, startShiftedIssuer } from './issuer/shifted-issuer.ts'
export {
  type CertificateClient,
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
