export * from './jobs.ts'
export * from './node.ts'
export * from './offers.ts'
export * from './wallet.ts'
