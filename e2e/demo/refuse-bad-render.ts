import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { golemNode } from '../src/index.ts'
import { type DemoArguments, renderArguments } from './demo-arguments.ts'
import { failureOf } from './golem-failure.ts'

/** What `golem render` says where nothing is wrong but that no daemon runs. */
const NO_DAEMON = 'API_UNREACHABLE'

/**
 * Has `golem render` look at its own command line before anything is started for it.
 *
 * @throws {GolemFailure} what it has against it
 */
export async function refuseBadRender(args: DemoArguments): Promise<void> {
  const nobody = golemNode(join(tmpdir(), `golem-demo-nobody-${process.pid}`), { upArgs: [] })
  const failure = failureOf(await nobody.golem(['render', ...renderArguments(args), '--json']))
  if (failure.code !== NO_DAEMON) throw failure
}
