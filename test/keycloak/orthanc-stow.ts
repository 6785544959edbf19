import { setTimeout as sleep } from 'node:timers/promises'
import {
  type DicomWebOrigin,
  dicomFiles,
  type LaunchedOrthanc,
  orthancAvailable,
  startDicomWebOrigin,
  startOrthanc,
} from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { startServe } from '../support/serve.ts'
import type { KeycloakWorld } from './world.ts'

const INSTANCES = 200
const SERVER = 'pacs'
/** 39 kB, uncompressed. */
const PATTERN = 'CT_small.dcm'
/** Of the SOP Instance UID. */
const TAG = '00080018'
/** Milliseconds for all that is started and sent; it takes 15 s at most. */
const LIMIT = 90_000

/** A hospital's Orthanc with the bridge beside it, whose tokens come from Keycloak. */
interface Hospital extends AsyncDisposable {
  readonly orthanc: LaunchedOrthanc
  /** Before another real Orthanc; accepts nothing but tokens that the keys of the realm verify. */
  readonly origin: DicomWebOrigin
}

/** Of QIDO's answer as Orthanc passes it on. */
type Found = Readonly<Record<string, { readonly Value?: string }>>

export function orthancStowTests(world: () => KeycloakWorld): void {
  describe.skipIf(!orthancAvailable())('a real Orthanc, through the bridge', () => {
    test.each([
      { client: 'client_secret_post', lifetime: 300, stows: 1, pause: 0, tokens: 1 },
      { client: 'short', lifetime: 5, stows: 10, pause: 550, tokens: 2 }, // the pauses together last longer than a token
    ] as const)(
      `${INSTANCES} instances are STOWed (requests: $stows) and QIDOed back with tokens of $lifetime s: none is missing or refused`,
      async ({ client, stows, pause, tokens }) => {
        const { studyInstanceUid, files } = await study()
        await using hospital = await startHospital(world(), client)
        const { orthanc, origin } = hospital
        const ids: string[] = []
        for (const file of files.values()) ids.push(await orthanc.upload(file))
        for (let sent = 0; sent < INSTANCES; sent += INSTANCES / stows) {
          await orthanc.stow(SERVER, ids.slice(sent, sent + INSTANCES / stows))
          await sleep(pause)
        }
        const found = (await orthanc.qido(SERVER, `/studies/${studyInstanceUid}/instances`)) as readonly Found[]

        expect(found).toHaveLength(INSTANCES)
        expect(new Set(found.map((instance) => instance[TAG]?.Value))).toEqual(new Set(files.keys()))
        expect(origin.tally).toMatchObject({ requests: stows + 1, unauthenticated: 0, severalAuthorizations: 0 })
        expect(origin.tally.refused).toEqual({})
        expect(origin.tally.tokens.size).toBeGreaterThanOrEqual(tokens)
      },
      LIMIT,
    )
  })
}

/** Copies of a real file, each by the SOP Instance UID that it has instead. */
async function study() {
  const pattern = (await dicomFiles()).find(({ name }) => name === PATTERN)
  if (pattern === undefined) throw new Error(`No ${PATTERN}`)
  const { studyInstanceUid, sopInstanceUid } = pattern
  const text = pattern.bytes.toString('latin1') // a character for each byte
  const files = new Map<string, Uint8Array>()
  for (let index = 0; index < INSTANCES; index += 1) {
    const end = String(10_000 + index)
    const uid = sopInstanceUid.slice(0, -end.length) + end // as long as it was: the lengths in the file stay true
    files.set(uid, Buffer.from(text.replaceAll(sopInstanceUid, uid), 'latin1'))
  }
  return { studyInstanceUid, files }
}

async function startHospital({ keycloak }: KeycloakWorld, client: 'client_secret_post' | 'short'): Promise<Hospital> {
  await using stack = new AsyncDisposableStack()
  const { realmUrl, audience } = keycloak
  const issuer = { issuer: realmUrl, jwksUri: `${realmUrl}/protocol/openid-connect/certs`, audience }
  const origin = stack.use(await startDicomWebOrigin({ issuer, behind: stack.use(await startOrthanc()) }))
  const { clientId, clientSecret, scope } = keycloak.clients[client]
  const orthanc = stack.use(
    await startOrthanc({
      configuration: {
        DicomWebOAuth: {
          Listen: '127.0.0.1:0',
          ControlListen: '127.0.0.1:0',
          Servers: {
            [SERVER]: {
              Url: origin.dicomWebUrl,
              ProviderType: 'keycloak',
              RealmUrl: realmUrl,
              ClientId: clientId,
              ClientSecret: clientSecret,
              Scope: scope,
            },
          },
        },
      },
    }),
  )
  const bridge = stack.use(await startServe(orthanc.configurationFile))
  await bridge.process.output(new RegExp(`"server":"${SERVER}","registration":"registered"`))
  const owned = stack.move()
  return { orthanc, origin, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
