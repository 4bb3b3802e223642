import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { JobCheck, JobDetail } from '@golem/api'
import { expect } from 'vitest'
import type { GolemNode } from '../golem-node.ts'
import type { Grid, Hostile } from '../start-grid.ts'
import { until } from '../until.ts'

const PROBE = resolve(import.meta.dirname, '../../../packages/sandbox/test/wasm/modules/probe.wasm')
const PATIENCE_MS = 150_000

type Ordered = {
  readonly id: string
  /** Waits for what `is`; rejects where the job failed. */
  job(what: string, is: (job: JobDetail) => boolean): Promise<JobDetail>
  /** To its end, with right results alone, of what says what it was told. */
  done(): Promise<JobDetail>
}
/** `args`: what the module is told before the number of the subtask; default: to say what it was told. */
type Job = { count: number; args?: string[]; check?: JobCheck; auditors?: 'any' }
export type Stage = {
  /** Nodes that play, until the test ends, and their addresses by name. */
  lend(names: readonly string[]): Promise<Map<string, string>>
  /** Somebody who lends nothing. */
  friend(): Promise<GolemNode>
  /** A job of WebAssembly work, all of which is checked by doing it again. */
  order(by: GolemNode, job: Job): Promise<Ordered>
  clear(): Promise<void>
}

/** Where nodes play strategies in jobs whose results are known. */
export function createStage(grid: () => Grid): Stage {
  const started: Hostile[] = []
  const add = async (names: readonly string[], lends: boolean) => {
    const hostile = await grid().addHostile(names, { lends })
    started.push(hostile)
    return hostile.nodes
  }
  let jobs = 0
  return {
    lend: async (names) => {
      const addresses = new Map<string, string>()
      for (const [name, { client }] of await add(names, true)) addresses.set(name, (await client.status()).address)
      return addresses
    },
    friend: async () => (await add(['honest'], false)).get('honest') as GolemNode,
    order: async ({ client }, { count, args = ['environment'], ...how }) => {
      const { id } = await client.createJob({
        app: 'map',
        parameters: { module: PROBE, args, count, check: 1 },
        outDir: join(grid().folder, `out-${jobs++}`),
        budgetWei: null,
        deadlineMs: 3_600_000,
        confirm: false,
        ...how,
      })
      const job: Ordered['job'] = (what, is) =>
        until(
          what,
          async () => {
            const now = await client.job(id)
            if (now.problem !== null) throw new Error(now.problem.message)
            return is(now) ? now : null
          },
          PATIENCE_MS,
        )
      return {
        id,
        job,
        done: async () => {
          const now = await job('the job is done', ({ finishedAtMs }) => finishedAtMs !== null)
          await expectRight(now, count)
          return now
        },
      }
    },
    clear: async () => {
      await Promise.all(started.splice(0).map((each) => each.stop()))
    },
  }
}

async function expectRight(job: JobDetail, count: number): Promise<void> {
  const results = await Promise.all(job.outputs.sort().map((name) => readFile(join(job.outDir, name), 'utf8')))
  const said = results.join('').trim().split('\n')
  expect(said.map((line) => JSON.parse(line).stdout)).toEqual(
    Array.from({ length: count }, (_, input) => `environment\n${input}\n`),
  )
}
