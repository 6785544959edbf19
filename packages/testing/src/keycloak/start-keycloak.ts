import { certificates } from '../certificates/certificates.ts'
import { randomSecret } from '../issuer/test-clients.ts'
import { freePort } from '../process/free-port.ts'
import { temporaryFolder } from '../process/temporary-folder.ts'
import { findKeycloak } from './find-keycloak.ts'
import { keycloakClients } from './keycloak-clients.ts'
import { LaunchedKeycloak } from './launched-keycloak.ts'
import { prepareHome } from './prepare-home.ts'
import { completeRealm, USERS } from './realm.ts'
import { startServiceAccountIssuer } from './service-account-issuer.ts'

/**
 * Starts a Keycloak of its own on loopback, in development mode, with the realm `orthanc`; secrets, keys, passwords and
 * certificates are random. The first start takes some 20 s.
 *
 * @throws where there is none on this machine
 */
export async function startKeycloak(): Promise<LaunchedKeycloak> {
  const distribution = findKeycloak()
  if (distribution === undefined)
    throw new Error('No Keycloak: see KEYCLOAK_HOME, JAVA_HOME, tools/provide-keycloak.mjs')
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const serviceAccounts = started.use(await startServiceAccountIssuer())
  const [clients, made] = await Promise.all([keycloakClients(serviceAccounts), certificates()])
  const passwords = Object.fromEntries(USERS.map((user) => [user, randomSecret()]))
  await prepareHome(folder.path, {
    distribution,
    realm: completeRealm({ clients, passwords, serviceAccountIssuer: serviceAccounts.issuer }),
    server: made.server,
    clientCa: made.ca.certificate,
  })
  const stack = started.move()
  const keycloak = new LaunchedKeycloak({
    home: folder.path,
    port: await freePort(),
    tlsPort: await freePort(),
    managementPort: await freePort(),
    username: 'root',
    password: randomSecret(),
    clients,
    passwords,
    certificates: made,
    cleanUp: () => stack.disposeAsync(),
  })
  try {
    await keycloak.start()
  } catch (error) {
    await keycloak[Symbol.asyncDispose]()
    throw error
  }
  return keycloak
}
