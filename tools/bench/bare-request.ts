import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { json } from 'node:stream/consumers'

/** One token request by node:http alone, on a connection of its own: what the issuer takes, whoever asks. */
export function bareRequest(url: string): Promise<unknown> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    request(url, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
      .once('response', (answer) => json(answer).then(resolve, reject))
      .once('error', reject)
      .end('grant_type=client_credentials&client_id=bench&client_secret=bench-secret&scope=dicomweb')
  })
}
