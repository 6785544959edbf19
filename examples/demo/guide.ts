import type { World } from './world.ts'

/** What a person can do with a demo that stays up. */
export function visitorsGuide({ issuer, origin, site }: World): string {
  const { clientId, clientSecret } = issuer.clients.client_secret_post
  return `Everything stays up until Ctrl-C.

Protected DICOMweb server   ${origin.dicomWebUrl}
Issuer                      ${issuer.issuer}
Bridge, status              ${site.bridge.controlUrl}/dicomweb-oauth/status
Bridge, metrics             ${site.bridge.controlUrl}/metrics
${site.visit === undefined ? '' : `The hospital's Orthanc      ${site.visit}\n`}
The studies of the protected server, by the way that the hospital takes:
  ${site.curl}

The same by the script of examples/script:
  TOKEN_ENDPOINT=${issuer.tokenEndpoint} CLIENT_ID=${clientId} \\
  CLIENT_SECRET='${clientSecret}' \\
  DICOMWEB_URL=${origin.dicomWebUrl.replace(/\/$/, '')} \\
  node_modules/.bin/node examples/script/studies.mjs
`
}
