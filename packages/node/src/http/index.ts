export { createHttpServer, type HttpServer } from './create-http-server.ts'
export type { DaemonApi, JobsApi, NodeApi, OffersApi, WalletApi, WatchOptions } from './daemon-api.ts'
