import { writeApiFile } from '@golem/api/api-file'
import { createHttpServer } from '@golem/node/http'
import { createMemoryDaemon, type MemoryDaemon, memorySessions } from '@golem/node/http/memory'
import { afterEach, beforeEach, expect } from 'vitest'
import { SOON, type TestHome } from './test-home.ts'

export type WithDaemon = {
  readonly daemon: MemoryDaemon
  /** Resolves to `id` once somebody watches. */
  watched(id: string): Promise<string>
}

/** A daemon in memory behind a real server, new for each test of the block in which this is called. */
export function withDaemon(at: TestHome): WithDaemon {
  let daemon: MemoryDaemon
  let stop: () => Promise<void>
  beforeEach(async () => {
    daemon = createMemoryDaemon()
    const token = 'token-of-a-test'
    const server = await createHttpServer(
      { daemon, token, sessions: memorySessions(), logger: console },
      { port: 0, version: '0.0.0' },
    )
    stop = server.stop
    await writeApiFile(at.home, { url: server.url, token, pid: process.pid })
  })
  afterEach(() => stop())
  return {
    get daemon() {
      return daemon
    },
    watched: (id: string) =>
      expect
        .poll(() => daemon.watchers, SOON)
        .toBe(1)
        .then(() => id),
  }
}
