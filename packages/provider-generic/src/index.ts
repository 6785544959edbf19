export { genericProvider, genericProviderAt } from './generic-provider.ts'
export type {
  ClientAuthentication,
  ClientCertificate,
  GenericProviderOptions,
} from './options/generic-provider-options.ts'
