export { type MemoryClock, memoryClock } from './clock.ts'
export { memoryFolders } from './folders.ts'
export { type MemoryDisk, type MemoryStorage, type MemoryStorageComponents, memoryStorage } from './storage.ts'
export { memoryStore } from './store.ts'
