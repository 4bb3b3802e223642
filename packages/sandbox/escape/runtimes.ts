import { installedRuntimes, notOffered } from '../src/oci/find-runtime.ts'

/** Every runtime that is offered here, those too that are only chosen by name. */
export const runtimes: readonly string[] = await installedRuntimes('auto').then((found) => {
  const offered = found.filter((runtime) => notOffered(runtime, runtime.name) === null).map(({ name }) => name)
  for (const needed of ['crun', 'runc']) {
    if (!offered.includes(needed)) throw new Error(`Install ${needed} to test the sandbox.`)
  }
  return offered
})
