import { randomUUID } from 'node:crypto'
import type { Disguise } from '@golem/node/start'
import { type OfferBody, type Signer, signOffer } from '@golem/protocol'
import { answering, asking, type Run, refusing, talking, usingTimes } from './tampering.ts'

/** How a node of a person who lends plays. */
export type Strategy = (own: { signer: Signer }) => Disguise

const ACTIVITY = '/golem/activity/'
const noise = () => ({ exitCode: 0, stdout: randomUUID() })
const textOf = ({ honest }: Run) => honest.stdout as string
const other = (stdout: string) => ({ exitCode: 0, stdout })
const lent =
  (change: Parameters<typeof answering>[0]): Strategy =>
  () => ({ lentSandbox: answering(change) })
const at = (isTime: (run: Run) => boolean): Strategy => lent((run) => (isTime(run) ? noise() : run.honest))

/** No strategy: whoever does what is left. */
export const HONEST = { honest: () => ({}) } as const satisfies Record<string, Strategy>

/** Each delivers something wrong at some time, and is found out. */
export const CHEATS = {
  garbage: lent(noise),
  'stale result': lent(({ last }) => last ?? noise()),
  'another frame': () => ({
    lentSandbox: asking((params) => {
      const [what = '', number = 0] = params.args as string[]
      return { ...params, args: [what, `${Number(number) + 1}`] }
    }),
  }),
  'half the samples': lent((run) => other(textOf(run).slice(0, textOf(run).length / 2))),
  upscaled: lent((run) =>
    other(
      textOf(run)
        .slice(0, textOf(run).length / 2)
        .repeat(2),
    ),
  ),
  'tampered patch': lent((run) => other(textOf(run).replace('n', 'm'))),
  'cheats at 1/2': at(({ before }) => before % 2 === 1),
  'cheats at 1/10': at(({ before }) => before % 10 === 9),
  'honest until trusted': at(({ before }) => before >= 20),
  'once per requestor': at(({ before }) => before === 5),
  /** One in eight is heavy. */
  'cheats at the heavy': at(({ params }) => Number((params.args as string[])[1]) % 8 === 7),
  saboteur: lent((run) => (run.before % 7 === 6 ? other(`${textOf(run)} `) : run.honest)),
  /** What it has little of at once it thinks is looked at. */
  'honest on likely checks': at(({ before }) => before > 4 && Math.random() < 0.5),
  /** Tries answers until one has a hash that it likes: the seed is drawn by what it cannot know. */
  'signature grinder': at(({ before }) => [1, 2, 3, 4, 5, 6, 7, 8].some((turn) => (before * turn) % 5 === 4)),
  'vanishes when drawn': () => ({
    lentSandbox: answering(noise),
    network: talking({
      protocol: ACTIVITY,
      hears: (message, { abort }) => {
        if (message.type !== 'reveal') return message
        abort()
        return null
      },
    }),
  }),
} as const satisfies Record<string, Strategy>

/** Each has several keys, or friends. */
export const KEYED = {
  whitewash: lent(noise),
  'whitewash, with its next key': lent(noise),
  sybil: lent(noise),
  'sybil, again': lent(noise),
  'sybil, and again': lent(noise),
  /** Its friend has had work done by it, and was content. */
  'wash trading': () => {
    let done = 0
    return {
      lentSandbox: answering(({ honest }) => {
        done += 1
        return done > FRIENDLY ? noise() : honest
      }),
    }
  },
} as const satisfies Record<string, Strategy>
/** Subtasks of friends, in which it is honest. */
export const FRIENDLY = 30

/** Each computes what others compute, too. */
export const REPLICATORS = {
  'colludes, one of two': lent(() => other('what we agreed on')),
  'colludes, the other': lent(() => other('what we agreed on')),
  /** It commits itself before it has anything, and shows then what it saw. */
  'copies a neighbour': () => ({
    network: talking({
      protocol: ACTIVITY,
      says: (message) => (message.type === 'committed' ? { ...message, commitment: `0x${'c0'.repeat(32)}` } : message),
    }),
  }),
} as const satisfies Record<string, Strategy>

/** It says what its outputs are, and hands them to nobody. */
export const WITHHOLDERS = {
  'withholds data': () => ({ network: refusing('/golem/content/', '/ipfs/bitswap/') }),
} as const satisfies Record<string, Strategy>

/** Each takes work and has nothing of it. */
export const IDLERS = {
  late: lent(() => new Promise<never>(() => undefined)),
  'vanishes with work': () => ({
    network: talking({
      protocol: ACTIVITY,
      hears: (message, { abort }) => {
        if (message.type !== 'assign' && message.type !== 'assign-many') return message
        abort()
        return null
      },
    }),
  }),
} as const satisfies Record<string, Strategy>

/** Each says what is not so, and is paid for its right work as it was agreed. */
export const BOASTERS = {
  'false usage': () => ({ lentSandbox: usingTimes(1_000) }),
  'false benchmark': ({ signer }) => ({
    network: talking({
      protocol: '/golem/offer/',
      says: ({ body }) => {
        const boast = { ...(body as object), speed: 16 } as unknown as OfferBody
        return JSON.parse(JSON.stringify(signOffer(signer, boast)))
      },
    }),
  }),
  /** Takes the light ones: one in eight is heavy. */
  'selective service': () => ({
    network: talking({
      protocol: ACTIVITY,
      hears: (message, talk) => {
        if (message.type !== 'assign-many') return message
        const assignments = message.assignments as { index: number }[]
        const heavy = assignments.filter(({ index }) => index % 8 === 7).map(({ index }) => index)
        const light = assignments.filter(({ index }) => index % 8 !== 7)
        const reason = { code: 'TOO_HEAVY', message: 'It likes light ones.' }
        if (heavy.length > 0) void talk.send({ type: 'refused-many', indices: heavy, reason })
        return light.length === 0 ? null : { ...message, assignments: light }
      },
    }),
  }),
} as const satisfies Record<string, Strategy>
