import type { AttemptTally } from '../../attempt-tally.ts'
import { ERRNO, RIGHT } from './abi.ts'
import type { WasiFunction, WasiFunctions, WasiHost } from './wasi-host.ts'

/** Where a call's path lies among its arguments: its address, and its length after that. */
const PATH_AT: Readonly<Record<string, number>> = {
  path_create_directory: 1,
  path_filestat_get: 2,
  path_filestat_set_times: 2,
  path_link: 2,
  path_open: 2,
  path_readlink: 1,
  path_remove_directory: 1,
  path_rename: 1,
  path_symlink: 0,
  path_unlink_file: 1,
}
const RIGHTS_OF_OPEN = 5
const CHANGES = new Set(
  'path_create_directory path_filestat_set_times path_remove_directory path_rename path_unlink_file'.split(' '),
)
const LINKS = new Set(['path_link', 'path_symlink'])

/** Folders that a program may have, and what libraries look for by themselves. */
const OWN = /^\/?(\.?$|(app|deliveries|in|module|out|tmp)(\/|$)|dev\/(null|u?random)$)/

/**
 * The same calls, each noted where it reaches past what a module has: paths that are not its own, links, and sockets, which
 * it has none of.
 */
export function observeCalls(functions: WasiFunctions, host: WasiHost, tally: AttemptTally): WasiFunctions {
  const watched = (name: string, act: (...values: unknown[]) => unknown): WasiFunction => {
    const at = PATH_AT[name]
    return ((...values: unknown[]) => {
      const path = at === undefined ? null : host.memory.path(values[at] as number, values[at + 1] as number)
      const answer = act(...values)
      const isAllowed = answer === ERRNO.success
      if (name.startsWith('sock_')) tally.note('network', name, isAllowed)
      else if (LINKS.has(name)) tally.note('call', `${name} ${path ?? ''}`, isAllowed)
      else if (path !== null && !isOwn(path)) {
        const writes =
          CHANGES.has(name) || (name === 'path_open' && ((values[RIGHTS_OF_OPEN] as bigint) & RIGHT.write) !== 0n)
        tally.note(writes ? 'write' : 'read', path, isAllowed)
      }
      return answer
    }) as WasiFunction
  }
  return Object.fromEntries(
    Object.entries(functions).map(([name, act]) => [name, watched(name, act as (...values: unknown[]) => unknown)]),
  )
}

const isOwn = (path: string): boolean => OWN.test(path) && !path.split('/').includes('..')
