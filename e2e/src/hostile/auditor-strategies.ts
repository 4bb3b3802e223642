import { randomUUID } from 'node:crypto'
import type { Storage } from '@golem/ports'
import type { Json } from '@golem/protocol'
import type { Strategy } from './provider-strategies.ts'
import { answering, talking, type Words } from './tampering.ts'

/** How a node plays that audits the work of others, and does not do it again as it should. */
export const AUDITORS = {
  /** Lazy, bribed, or a friend of all providers: it computes nothing, and says of everything that it is right. */
  'always says yes': () => {
    const delivered = new Map<string, Words>()
    return {
      storage: reading((record) => {
        const { subtask, delivered: said } = record as { subtask: { request: Words }; delivered: Words }
        delivered.set(keyOf(subtask.request.params as Words), said.result as Words)
      }),
      sandbox: answering(({ params, honest }) => delivered.get(keyOf(params)) ?? honest),
    }
  },
  'denounces the innocent': () => ({
    sandbox: answering(({ honest }) => ({ ...honest, stdout: randomUUID() })),
    network: inAudits((message) => {
      said.push(message.verdict as string)
      return message
    }),
  }),
  /** Hears of each batch, and is not heard of where it is drawn. */
  'stays away': () => ({ network: inAudits(() => null) }),
  /** Waits for what others say: a verdict with another's name, or about other work, is none. */
  'copies verdicts': () => ({ network: inAudits((message) => ({ ...message, verdict: said.at(-1) ?? '' })) }),
} as const satisfies Record<string, Strategy>

/** Verdicts of others in this process. */
const said: string[] = []
/** What is said of an audit instead; null for nothing. */
const inAudits = (says: (verdict: Words) => Words | null) =>
  talking({
    protocol: '/golem/audit/',
    says: (message, talk) => {
      if (message.type === 'heard' || message.type === 'paid') return message
      const instead = message.type === 'verdict' ? says(message) : message
      if (instead === null) talk.abort()
      return instead
    },
  })

const keyOf = ({ args }: Words): string => JSON.stringify(args)

/** Looks at each record of work that it fetches. */
const reading =
  (look: (record: Json) => void) =>
  <S extends Storage>(storage: S): S => ({
    ...storage,
    readFile: async (cid, how) => {
      const bytes = await storage.readFile(cid, how)
      const text = new TextDecoder().decode(bytes)
      if (text.includes('"golem-work/1"')) look(JSON.parse(text))
      return bytes
    },
  })
