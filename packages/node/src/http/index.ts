export { createHttpServer, type HttpServer } from './create-http-server.ts'
export type { DaemonApi, WatchOptions } from './daemon-api.ts'
