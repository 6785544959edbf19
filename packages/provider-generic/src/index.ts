export { genericProvider } from './generic-provider.ts'
export type { ClientAuthentication, GenericProviderOptions } from './options/generic-provider-options.ts'
