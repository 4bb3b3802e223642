export { type CliOptions, type CliRun, type GolemNode, golemNode, type RunningCli } from './golem-node.ts'
export { type Grid, type GridOptions, startGrid } from './start-grid.ts'
export { until } from './until.ts'
