export { type CliOptions, type CliRun, type GolemNode, golemNode } from './golemNode.ts'
export { type Grid, type GridOptions, startGrid } from './startGrid.ts'
