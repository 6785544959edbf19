import { authorizedFetch, bearerAuthorizer, Secret, TokenManager } from '@orthanc-oauth/core'
import { genericProvider } from '@orthanc-oauth/provider-generic'

const { TOKEN_ENDPOINT, CLIENT_ID, CLIENT_SECRET, DICOMWEB_URL } = process.env
const clientSecret = new Secret(CLIENT_SECRET)
const manager = new TokenManager(genericProvider({ tokenEndpoint: TOKEN_ENDPOINT, clientId: CLIENT_ID, clientSecret }))
const fetch = authorizedFetch(bearerAuthorizer(manager, { origin: new URL(DICOMWEB_URL).origin }))
const answer = await fetch(`${DICOMWEB_URL}/studies`, { headers: { accept: 'application/dicom+json' } })
for (const study of await answer.json()) console.log(study['0020000D'].Value[0])
await manager[Symbol.asyncDispose]()
