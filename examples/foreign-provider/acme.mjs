// Acme PACS knows no OAuth grant: it gives a ticket, good for some minutes, to whoever shows a key of its own.
import {
  AccessToken,
  instantOf,
  OrthancOAuthError,
  readSecret,
  Secret,
  secretSourceKey,
  tokenAuthorizer,
} from '@orthanc-oauth/core'

/** A provider asks once, and keeps nothing: when, how often and what then is the TokenManager's affair. */
export function acmeProvider({ url, apiKey }) {
  return {
    name: 'acme',
    cacheKey: JSON.stringify(['acme', url, secretSourceKey(apiKey)]), // what makes the token, and never a secret
    async acquire({ clock, signal }) {
      const key = (await readSecret(apiKey, 'apiKey')).reveal() // a file is read anew, so that it can be rotated
      const sent = instantOf(clock) // before it is asked: the lifetime counts from here
      const { status, text } = await ask(url, {
        method: 'POST',
        headers: { 'x-acme-key': key },
        redirect: 'manual',
        signal,
      })
      if (status !== 200) throw refusal(status, url)
      const { ticket, validSeconds } = ticketIn(text, url)
      return new AccessToken({ value: ticket, sent, lifetime: validSeconds * 1_000 })
    },
  }
}

/** What the bridge looks for: a server of its configuration in, its authorizer out. */
export async function createAuthorizer(server, { managers, clock }) {
  const { url, apiKey, apiKeyFile } = server.providerOptions?.() ?? {}
  if (typeof url !== 'string' || (apiKey === undefined) === (apiKeyFile === undefined))
    throw new OrthancOAuthError('CFG-002', 'ProviderOptions must hold url, and either apiKey or apiKeyFile')
  const provider = acmeProvider({ url, apiKey: apiKeyFile ? { file: apiKeyFile } : new Secret(apiKey) })
  const manager = managers.for(provider, { clock, refreshBuffer: server.refreshBuffer, retry: server.retry })
  return tokenAuthorizer(manager, { origin: new URL(server.url).origin, allowInsecureHttp: server.allowInsecureHttp })
}

/** What may pass by itself is retryable. Nothing that was sent or received goes into an error. */
async function ask(url, request) {
  try {
    const response = await fetch(url, request)
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    request.signal.throwIfAborted()
    throw new OrthancOAuthError('NET-002', `Acme cannot be reached at ${url}`, { cause, retryable: true })
  }
}

function refusal(status, url) {
  if (status === 401) return new OrthancOAuthError('AUTH-001', `Acme does not know the key (${url})`)
  return new OrthancOAuthError('AUTH-003', `Acme answered HTTP ${status} (${url})`, { retryable: status >= 500 })
}

function ticketIn(text, url) {
  if (text === '') throw new OrthancOAuthError('NET-002', `Acme answered nothing (${url})`, { retryable: true })
  try {
    const { ticket, validSeconds } = JSON.parse(text)
    if (typeof ticket === 'string' && validSeconds > 0) return { ticket, validSeconds }
  } catch {
    // said below: a parser quotes what it could not read
  }
  throw new OrthancOAuthError('TOK-005', `What Acme answered is no ticket (${url})`)
}
