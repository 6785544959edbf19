import { keycloakAvailable } from '@orthanc-oauth/testing'
import { beforeAll, describe } from 'vitest'
import { authenticatorTests } from './authenticators.ts'
import { contractTests } from './contract.ts'
import { orthancStowTests } from './orthanc-stow.ts'
import { realmTests } from './realm.ts'
import { refusalTests } from './refusals.ts'
import { tokenLifeTests } from './token-life.ts'
import { type KeycloakWorld, startKeycloakWorld } from './world.ts'

/** Milliseconds. A Keycloak that is not built for its options yet builds first; with two busy cores that is a minute. */
const START_LIMIT = 180_000

/** One Keycloak for all: it takes 15 s to start. */
describe.skipIf(!keycloakAvailable())('with a real Keycloak', () => {
  let started: KeycloakWorld
  const world = () => started

  beforeAll(async () => {
    started = await startKeycloakWorld()
    return () => started[Symbol.asyncDispose]()
  }, START_LIMIT)

  realmTests(world)
  authenticatorTests(world)
  refusalTests(world)
  contractTests(world)
  tokenLifeTests(world)
  orthancStowTests(world)
})
