import { surroundingsCompliance } from '../compliance/index.ts'
import { memorySurroundings } from './surroundings.ts'

surroundingsCompliance('memory', async () => {
  const surroundings = memorySurroundings()
  return {
    surroundings,
    touch: async () => surroundings.change({ inputIdleMs: 0 }),
    compute: async () => {
      surroundings.change({ otherCores: 1 })
      return async () => surroundings.change({ otherCores: 0 })
    },
    remove: async () => undefined,
  }
})
