export { type FoldersPlace, foldersCompliance } from './folders.ts'
export { type StoragePair, storageCompliance } from './storage.ts'
export { type StorePlace, storeCompliance } from './store.ts'
