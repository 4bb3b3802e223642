export {
  createSurroundings,
  type SurroundingsComponents,
  type SurroundingsOptions,
} from './create-surroundings.ts'
