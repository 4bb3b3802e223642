export { type FoldersPlace, foldersCompliance } from './folders.ts'
export { type NetworkPlace, networkCompliance } from './network.ts'
export { type StoragePair, storageCompliance } from './storage.ts'
export { type StorePlace, storeCompliance } from './store.ts'
