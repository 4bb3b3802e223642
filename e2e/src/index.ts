export { type CliOptions, type CliRun, type GolemNode, golemNode, type RunningCli } from './golem-node.ts'
export { IDLE_APP, idleProvider } from './idle-provider.ts'
export { type Grid, type GridOptions, startGrid } from './start-grid.ts'
export { until } from './until.ts'
