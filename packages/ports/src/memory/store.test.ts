import { storeCompliance } from '../compliance/store.ts'
import { memoryStore } from './store.ts'

storeCompliance('in memory', async () => ({ open: memoryStore, durable: false, remove: async () => {} }))
