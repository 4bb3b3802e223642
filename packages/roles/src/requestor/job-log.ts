import type { Store, StoreChange } from '@golem/ports'
import type { JobEvent } from './job-events.ts'

const STREAM = 'job/'
const INDEX = 'jobs/'

const encode = (event: JobEvent): string =>
  JSON.stringify(event, (_key, value: unknown) => (typeof value === 'bigint' ? { $wei: value.toString() } : value))

const decode = (text: string): JobEvent =>
  JSON.parse(text, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && '$wei' in value && typeof value.$wei === 'string'
      ? BigInt(value.$wei)
      : value,
  ) as JobEvent

/** The change that puts events at the end of a job's log; committed together with whatever must not part from it. */
export const jobLogChange = (id: string, events: readonly JobEvent[]): StoreChange => ({
  append: STREAM + id,
  events: events.map(encode),
})

/** Begins a job's log, so that `listJobs` finds it. */
export const newJobChanges = (id: string, created: JobEvent): StoreChange[] => [
  { put: INDEX + id, value: '' },
  jobLogChange(id, [created]),
]

export const readJobLog = (store: Store, id: string): JobEvent[] => store.read(STREAM + id).map(decode)

/** Ids of all jobs of this node. */
export const listJobs = (store: Store): string[] => store.list(INDEX).map(({ key }) => key.slice(INDEX.length))
