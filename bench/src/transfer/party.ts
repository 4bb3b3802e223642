/** One side of a transfer, in a process of its own: `node party.ts TASK`, over IPC. */
import type { Task, Use } from './messages.ts'

const task = JSON.parse(process.argv[2] ?? '') as Task
const say = (message: object): void => void process.send?.(message)
process.once('disconnect', () => process.exit())

/** Until it is asked: what was used since. */
function meter(): () => Use {
  globalThis.gc?.()
  const idleBytes = process.memoryUsage.rss()
  const before = process.cpuUsage()
  let peakBytes = idleBytes
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }, 20)
  return () => {
    clearInterval(timer)
    const { user, system } = process.cpuUsage(before)
    return { cpuS: (user + system) / 1e6, idleBytes, peakBytes: Math.max(peakBytes, process.memoryUsage.rss()) }
  }
}

if (task.role === 'server') {
  const { serve } = await import('./serve.ts')
  say({ place: await serve(task.way, task) })
  let used = meter()
  process.on('message', (message) => {
    if (message === 'begin') used = meter()
    else say({ used: used() })
  })
} else {
  const { prepareFetch } = await import('./fetch.ts')
  const fetching = await prepareFetch(task.way, task.place, task)
  const used = meter()
  const startedMs = performance.now()
  await fetching.fetch()
  const seconds = (performance.now() - startedMs) / 1_000
  say({ fetched: { seconds, ...used() } })
  await fetching.stop()
  process.disconnect()
}
