export { createProvider, type Permit, type Provider } from './create-provider.ts'
export { createGrants, type Grants } from './grants.ts'
export type { ProvidedApp, ProviderComponents, ProviderOptions } from './options.ts'
export type { Earnings, ProviderState, ProviderStatus } from './status.ts'
