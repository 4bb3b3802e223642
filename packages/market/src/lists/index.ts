export * from './judge-listings.ts'
