export { type KeycloakProviderOptions, keycloakProvider } from './keycloak-provider.ts'
