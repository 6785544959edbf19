// The issuer of a process whose clock is off: says where it is, and runs until it is killed.
import { startIssuer } from './issuer.ts'

const issuer = await startIssuer({ tokenLifetime: Number(process.env.TOKEN_LIFETIME) })
const { clientId, clientSecret, scope } = issuer.clients.client_secret_post
process.stdout.write(`${JSON.stringify({ issuer: issuer.issuer, clientId, clientSecret, scope })}\n`)
