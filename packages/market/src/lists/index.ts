export * from './explain-listings.ts'
export * from './judge-listings.ts'
