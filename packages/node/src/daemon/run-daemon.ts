import { type DaemonOptions, withRemembered } from '../options.ts'
import { problemOf } from '../problem-of.ts'
import { readStartFile } from '../start-file.ts'
import { type HomeChange, makeChange, optionsIn, rememberHome, type Standing } from './home-change.ts'
import { type Daemon, type DaemonComponents, startDaemon } from './start-daemon.ts'

export type RunComponents = Omit<DaemonComponents, 'onChange' | 'kept'> & {
  /** It could not be started again, neither as was wanted nor as it was before. */
  onLost: (error: unknown) => void
}

/**
 * A daemon that starts anew within its process where its grid, its chain or its key changes (all that it runs on and has
 * learnt belongs to one of each), or how it is to run. Where it does not come up so, it is as it was before, and says why.
 *
 * @throws {GolemError} as `startDaemon`
 */
export async function runDaemon({ onLost, ...components }: RunComponents, options: DaemonOptions): Promise<Daemon> {
  const { logger } = components
  const { home } = options
  let isStopping = false
  let moving: Promise<void> = Promise.resolve()

  const onChange = (change: HomeChange) => {
    moving = moving.then(() => move(change)).catch(onLost)
  }
  const again = async (next: Standing, trouble: unknown = null) => {
    const problem = trouble === null ? null : problemOf(trouble)
    const kept = { opened: next.opened, problem }
    current = await startDaemon({ ...components, onChange, kept }, optionsIn(next, options))
    standing = next
  }
  const move = async (change: HomeChange) => {
    if (isStopping) return
    const before = standing
    const putBack = await rememberHome(home, change)
    logger.info({ change: change.what }, 'the node starts anew')
    await current.stop()
    if (isStopping) return
    try {
      await again(await makeChange(home, before, change))
    } catch (error) {
      logger.warn({ err: error }, 'the node did not come up so, and is as it was before')
      await putBack()
      await again(before, error)
    }
  }

  const start = await readStartFile(home)
  let current = await startDaemon({ ...components, onChange, kept: null }, withRemembered(options, start))
  const grid = options.grid ? current.grid : null
  let standing: Standing = { grid, chain: 'as started', start, opened: current.opened }
  return {
    ...current,
    stop: async () => {
      isStopping = true
      await Promise.all([moving, current.stop()])
      await current.stop()
    },
  }
}
