import type { Disguise } from '@golem/node/start'
import type { Channel, Network, SandboxProcess } from '@golem/ports'
import type { Json } from '@golem/protocol'

export type Words = { [key: string]: Json }
type Program = NonNullable<Disguise['sandbox']>

/** One run of a module, as its program was asked for it and would answer. */
export type Run = {
  params: Words
  /** `exitCode`, `stdout`. */
  honest: Words
  /** How many were asked before, in this program. */
  before: number
  /** What was answered to the one before. */
  last: Words | null
}

/** A program whose answers to `run` are others; a promise that stays open is an answer that never comes. */
export const answering = (change: (run: Run) => Words | Promise<Words>): Program =>
  through((process) => {
    const asked = new Map<Json, { params: Words; before: number }>()
    let last: Words | null = null
    return {
      ...process,
      send: async (line) => {
        const { id, method, params } = JSON.parse(line)
        if (method === 'run') asked.set(id, { params, before: asked.size })
        await process.send(line)
      },
      lines: changed(process.lines, async (line) => {
        const answer = JSON.parse(line)
        const run = asked.get(answer.id)
        if (run === undefined || !('result' in answer)) return line
        const result = await change({ ...run, honest: answer.result, last })
        last = result
        return JSON.stringify({ ...answer, result })
      }),
    }
  })

/** A program that is asked something else than its provider was. */
export const asking = (change: (params: Words) => Words): Program =>
  through((process) => ({
    ...process,
    send: (line) => {
      const asked = JSON.parse(line)
      return process.send(asked.method === 'run' ? JSON.stringify({ ...asked, params: change(asked.params) }) : line)
    },
  }))

/** What it says that it used is more. */
export const usingTimes = (factor: number): Program =>
  through((process) => ({
    ...process,
    usage: async () => {
      const { wallMs, cpuMs, ...rest } = await process.usage()
      return { ...rest, wallMs: wallMs * factor, cpuMs: cpuMs * factor }
    },
  }))

const through =
  (change: (process: SandboxProcess) => SandboxProcess): Program =>
  (sandbox) => ({ ...sandbox, start: async (spec, how) => change(await sandbox.start(spec, how)) })

/** One stream of a protocol. */
export type Talk = { abort(): void; send(message: Words): Promise<void>; said: number }
export type Tampering = {
  /** Of these protocols: how their names begin. */
  protocol: string
  /** What is said instead; null for nothing. */
  says?: (message: Words, talk: Talk) => Words | null | Promise<Words | null>
  /** What is heard instead; null for nothing. */
  hears?: (message: Words, talk: Talk) => Words | null
}

/** A node that says and hears something else, in the streams that it opens and in those that it is asked in. */
export const talking =
  ({ protocol, says = same, hears = same }: Tampering): NonNullable<Disguise['network']> =>
  <N extends Network>(network: N): N => {
    const other = (channel: Channel): Channel => {
      const say = (message: Words) => channel.send(encode(message))
      const talk: Talk = { abort: () => channel.abort(), send: say, said: 0 }
      return {
        ...channel,
        send: async (bytes) => {
          const message = await says(decode(bytes), talk)
          talk.said += 1
          if (message !== null) await say(message)
        },
        messages: changed(channel.messages, async (bytes) => {
          const message = hears(decode(bytes), talk)
          return message === null ? null : encode(message)
        }),
      }
    }
    const isMeant = (name: string) => name.startsWith(protocol)
    return {
      ...network,
      handle: (name, options, handler) =>
        network.handle(name, options, (channel) => handler(isMeant(name) ? other(channel) : channel)),
      open: async (to, name, options) => {
        const channel = await network.open(to, name, options)
        return isMeant(name) ? other(channel) : channel
      },
    }
  }

/** Whoever asks by these protocols is not answered. */
export const refusing =
  (...protocols: string[]): NonNullable<Disguise['network']> =>
  (network) => ({
    ...network,
    handle: (name, options, handler) => {
      const isRefused = protocols.some((protocol) => name.startsWith(protocol))
      return network.handle(name, options, isRefused ? async (channel) => channel.abort() : handler)
    },
  })

const same = (message: Words): Words => message
const decode = (bytes: Uint8Array): Words => JSON.parse(new TextDecoder().decode(bytes))
const encode = (message: Words): Uint8Array => new TextEncoder().encode(JSON.stringify(message))

async function* changed<T>(all: AsyncIterable<T>, change: (one: T) => Promise<T | null>): AsyncIterable<T> {
  for await (const one of all) {
    const made = await change(one)
    if (made !== null) yield made
  }
}
