export { createStorage, type StorageComponents, type StorageOptions } from './create-storage.ts'
