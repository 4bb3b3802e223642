import type { Observation } from '@golem/protocol'
import { attemptTally } from '../../attempt-tally.ts'
import { attemptsOf, type Given } from './attempts-of.ts'
import { type TracedCall, traceReader } from './read-trace.ts'

/** Lines of processes of which it is not known yet whose they are. */
const MAX_WAITING = 10_000
/** Numbers of processes that are remembered. */
const MAX_OWN = 100_000

const BEGINS = new Set(['clone', 'clone3', 'fork', 'vfork'])

/** Follows what strace tells of a runtime, and adds up what the program tries that it starts. */
export type Observer = { take(line: string): void; observed(): Observation }

/**
 * The program is what is run first after the filter of system calls was set, and all that this begins: what the runtime
 * does before and beside it is not the program's. A process's first lines may come before it is told whose it is.
 */
export function createObserver(given: Omit<Given, 'isOwnProcess'>): Observer {
  const tally = attemptTally()
  const read = traceReader()
  const program = new Set<number>()
  const beside = new Set<number>()
  const waiting = new Map<number, TracedCall[]>()
  /** As they see themselves; the first is 1. */
  const own = new Set<number>([1])
  const seen: Given = { ...given, isOwnProcess: (pid) => own.has(pid) }
  let waitingCalls = 0
  let isFiltered = false
  let hasBegun = false
  let started = 0
  let atMost = 0
  let refused = 0

  const begin = (pid: number): void => {
    program.add(pid)
    started += 1
    atMost = Math.max(atMost, program.size)
  }
  const note = (call: TracedCall): void => {
    if (BEGINS.has(call.name)) {
      const { inside, outside } = begunBy(call)
      if (inside !== null && own.size < MAX_OWN) own.add(inside)
      if (outside !== null && !program.has(outside)) {
        begin(outside)
        for (const late of forget(outside)) note(late)
      }
      if (call.error === 'EAGAIN') refused += 1
    }
    for (const { kind, what, isAllowed } of attemptsOf(call, seen)) tally.note(kind, what, isAllowed)
  }
  const forget = (pid: number): TracedCall[] => {
    const calls = waiting.get(pid) ?? []
    waiting.delete(pid)
    waitingCalls -= calls.length
    return calls
  }
  const adopt = (): void => {
    for (const pid of waiting.keys()) {
      begin(pid)
      for (const call of forget(pid)) note(call)
    }
  }
  const beforeProgram = (call: TracedCall): void => {
    beside.add(call.pid)
    if (setsFilter(call)) isFiltered = true
    else if (isFiltered && call.name.startsWith('execve') && call.error === null) {
      hasBegun = true
      beside.delete(call.pid)
      begin(call.pid)
    }
  }
  const take = (call: TracedCall): void => {
    const { pid, name } = call
    if (!hasBegun) beforeProgram(call)
    else if (program.has(pid)) note(call)
    else if (beside.has(pid)) {
      const { outside } = BEGINS.has(name) ? begunBy(call) : { outside: null }
      if (outside !== null) {
        beside.add(outside)
        forget(outside)
      }
    } else {
      const calls = waiting.get(pid) ?? []
      calls.push(call)
      waiting.set(pid, calls)
      waitingCalls += 1
      if (waitingCalls > MAX_WAITING) adopt()
    }
  }

  return {
    take: (line) => {
      const told = read(line)
      if (told === null) return
      if ('call' in told) take(told.call)
      else if ('otherMode' in told) {
        if (hasBegun) tally.note('call', 'calls of 32-bit programs', false)
      } else {
        program.delete(told.exited)
        beside.delete(told.exited)
      }
    },
    observed: () => {
      adopt()
      return { ...tally.sum(), processes: { started, atMost, refused } }
    },
  }
}

/** Runtimes look first what the kernel knows, with filters that are none: those fail. */
const setsFilter = ({ name, args, error }: TracedCall): boolean =>
  error === null &&
  ((name === 'seccomp' && args.startsWith('SECCOMP_SET_MODE_FILTER')) ||
    (name === 'prctl' && args.startsWith('PR_SET_SECCOMP, SECCOMP_MODE_FILTER')))

/** The number of what a call began, inside the sandbox and outside. */
function begunBy({ result, error }: TracedCall): { inside: number | null; outside: number | null } {
  const found = error === null ? /^(\d+)(?: \/\* (\d+) in strace's PID NS \*\/)?/.exec(result) : null
  if (found === null) return { inside: null, outside: null }
  return { inside: Number(found[1]), outside: Number(found[2] ?? found[1]) }
}
