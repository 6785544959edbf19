export type { AuthorizerContext, CreateAuthorizer, ProviderRegistry } from './authorizers/create-authorizer.ts'
export { createAuthorizers } from './authorizers/create-authorizers.ts'
export { matchServer } from './authorizers/match-server.ts'
export type { Configuration, ConfigurationWarning } from './configuration/configuration.ts'
export { ConfigurationErrors } from './configuration/configuration-errors.ts'
export { isLoopbackHost } from './configuration/is-loopback-host.ts'
export type { Location } from './configuration/location.ts'
export type { OrthancConnection } from './configuration/orthanc-connection.ts'
export { type ReadOptions, readConfiguration } from './configuration/read-configuration.ts'
export type { ListenAddress, LogLevel, SectionOptions } from './configuration/section-options.ts'
export type {
  ClientAuthentication,
  DefinitionFlags,
  ServerOptions,
  Verification,
} from './configuration/server-options.ts'
export { shownUrl } from './configuration/shown-url.ts'
export type { Template } from './configuration/template.ts'
export type { Definition, ListedDefinition, UserProperty } from './registration/definition.ts'
export { httpOrthancApi } from './registration/http-orthanc-api.ts'
export type { OrthancApi } from './registration/orthanc-api.ts'
export { Registrar, type RegistrarEvents, type RegistrarOptions } from './registration/registrar.ts'
export type { RegistrationStatus } from './registration/registration-status.ts'
