import { type GridFile, readGridFile, removeGridFile, writeGridFile } from '@golem/api/grid-file'
import type { DaemonOptions } from '../options.ts'
import { problemOf } from '../problem-of.ts'
import { type Daemon, type DaemonComponents, startDaemon } from './start-daemon.ts'

export type RunComponents = Omit<DaemonComponents, 'onGridChange' | 'kept'> & {
  /** It could not be started again, neither in the grid that was wanted nor as it was before. */
  onLost: (error: unknown) => void
}

/**
 * A daemon that starts anew within its process where its grid changes: chain, peers and all that was learnt of them belong
 * to one grid. Where it does not come up there, it is as it was before, and says why.
 *
 * @throws {GolemError} as `startDaemon`
 */
export async function runDaemon({ onLost, ...components }: RunComponents, options: DaemonOptions): Promise<Daemon> {
  const { logger } = components
  const { home } = options
  let isStopping = false
  let moving: Promise<void> = Promise.resolve()

  const onGridChange = (next: GridFile | null) => {
    moving = moving.then(() => move(next)).catch(onLost)
  }
  const again = async (grid: GridFile | null, trouble: unknown = null) => {
    const problem = trouble === null ? null : problemOf(trouble)
    const { opened } = current
    current = await startDaemon({ ...components, onGridChange, kept: { opened, problem } }, optionsIn(grid, options))
  }
  const move = async (next: GridFile | null) => {
    if (isStopping) return
    const before = await readGridFile(home)
    logger.info({ grid: next?.name ?? null }, 'the node starts anew')
    await current.stop()
    if (isStopping) return
    await put(home, next)
    try {
      await again(next)
    } catch (error) {
      logger.warn({ err: error }, 'the node did not come up there, and is as it was before')
      await put(home, before)
      await again(before, error)
    }
  }

  let current = await startDaemon({ ...components, onGridChange, kept: null }, options)
  return {
    ...current,
    stop: async () => {
      isStopping = true
      await Promise.all([moving, current.stop()])
      await current.stop()
    },
  }
}

const put = (home: string, grid: GridFile | null): Promise<void> =>
  grid === null ? removeGridFile(home) : writeGridFile(home, grid)

/**
 * What was said at the start of how to lend is kept in the store since. Who leaves a grid is where it was started; where
 * that is not known, alone on a development chain of its own.
 */
function optionsIn(grid: GridFile | null, started: DaemonOptions): DaemonOptions {
  const { provide: _on, cores: _cores, pricePerCoreHourWei: _price, priority: _priority, ...rest } = started
  const same = { ...rest, provide: false }
  if (grid === null) return started.grid ? { ...same, grid: false, dev: true } : same
  const {
    devDir: _dir,
    rpcUrl: _url,
    chainId: _id,
    token: _token,
    payments: _payments,
    glmPerEth: _gas,
    ...other
  } = same
  return { ...other, dev: false, grid: true, bootstrap: [] }
}
