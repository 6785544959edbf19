// Apart from the rest, which loads node:http and node:tls: whoever checks options has no need of connections.
export { checkedUrl } from './checked-url.ts'
export { egressKey, optionalKey } from './egress-key.ts'
export { endpointName } from './endpoint-name.ts'
export { proxyUrl } from './proxy-for.ts'
