export type { Egress } from './egress.ts'
export { endpointName } from './endpoint-name.ts'
export type { IssuerConnection, OutgoingRequest } from './issuer-connection.ts'
export { openIssuerConnection } from './open-issuer-connection.ts'
