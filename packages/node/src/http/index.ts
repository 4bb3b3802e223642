export { createHttpServer, type HttpServer } from './create-http-server.ts'
export type {
  ActsApi,
  BlacklistApi,
  CrowdfundApi,
  DaemonApi,
  DataApi,
  GridApi,
  ImagesApi,
  JobsApi,
  LendingApi,
  NetApi,
  NodeApi,
  OffersApi,
  PolicyApi,
  RegistryApi,
  WalletApi,
  WatchOptions,
} from './daemon-api.ts'
