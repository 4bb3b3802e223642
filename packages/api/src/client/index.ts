export type { CallOptions } from './call-options.ts'
export { type Client, type ClientOptions, createClient } from './create-client.ts'
export type { Endpoint, EndpointSource } from './endpoint.ts'
export { isEnded } from './watch-job.ts'
