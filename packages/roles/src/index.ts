export * from './audit/index.ts'
export { isClaim, isSoundClaim, mergeClaims } from './claims.ts'
export { classBy } from './classes.ts'
export { createDirectory, type Directory, type DirectoryComponents } from './directory/create-directory.ts'
export {
  type AnnounceOptions,
  createDirectoryNode,
  type DirectoryNodeComponents,
  type DirectoryNodeCore,
} from './directory/directory-node.ts'
export { createSweep, type Sweep } from './directory/sweep.ts'
export {
  type LaunchComponents,
  launchProgram,
  PROGRAM_FOLDERS,
  type ProgramSource,
  type RunningProgram,
  sourceOf,
} from './launch-program.ts'
export * from './lender/index.ts'
export * from './lists/index.ts'
export type { Logger } from './logger.ts'
export * from './provider/index.ts'
export * from './requestor/index.ts'
export { type ServeClient, serveClient } from './serve-client.ts'
export * from './trust/index.ts'
