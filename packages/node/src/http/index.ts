export { createHttpServer, type HttpServer } from './create-http-server.ts'
export type {
  DaemonApi,
  DataApi,
  ImagesApi,
  JobsApi,
  LendingApi,
  NetApi,
  NodeApi,
  OffersApi,
  PolicyApi,
  WalletApi,
  WatchOptions,
} from './daemon-api.ts'
