export { createStorage, type DiskStorage, type StorageComponents, type StorageOptions } from './create-storage.ts'
