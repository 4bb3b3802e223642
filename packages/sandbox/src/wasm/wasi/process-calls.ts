import { CLOCK, ERRNO, EVENT, SUBSCRIPTION_ABSOLUTE } from './abi.ts'
import { ProgramExit, type WasiFunctions, type WasiHost } from './wasi-host.ts'

/** When every program begins, by its own calendar: 2020-01-01, so that dates before and after it are plausible. */
const EPOCH_NS = 1_577_836_800_000_000_000n
/** A look at the clock takes this long. A program that waits for time to pass sees it pass. */
const TICK_NS = 1_000n
const MAX_SUBSCRIPTIONS = 1_024
const SUBSCRIPTION_BYTES = 48
const EVENT_BYTES = 32

/** Arguments, environment, time, chance and the end. Time stands still but for the program's own looks and pauses. */
export function processCalls(host: WasiHost): WasiFunctions {
  const { memory } = host
  const sizes = (texts: readonly Uint8Array[], countAt: number, bytesAt: number): number => {
    memory.setU32(countAt, texts.length)
    memory.setU32(
      bytesAt,
      texts.reduce((sum, text) => sum + text.length + 1, 0),
    )
    return ERRNO.success
  }
  const write = (texts: readonly Uint8Array[], pointersAt: number, textAt: number): number => {
    let at = textAt >>> 0
    for (const [position, text] of texts.entries()) {
      memory.setU32((pointersAt >>> 0) + 4 * position, at)
      memory.bytes(at, text.length).set(text)
      memory.setU8(at + text.length, 0)
      at += text.length + 1
    }
    return ERRNO.success
  }
  const timeOf = (clock: number): bigint | null => {
    if (clock === CLOCK.monotonic) return host.run.clockNs
    if (clock === CLOCK.realtime) return EPOCH_NS + host.run.clockNs
    return null
  }

  return {
    args_sizes_get: (countAt: number, bytesAt: number) => sizes(host.run.args, countAt, bytesAt),
    args_get: (pointersAt: number, textAt: number) => write(host.run.args, pointersAt, textAt),
    environ_sizes_get: (countAt: number, bytesAt: number) => sizes(host.run.env, countAt, bytesAt),
    environ_get: (pointersAt: number, textAt: number) => write(host.run.env, pointersAt, textAt),

    clock_res_get: (clock: number, resolutionAt: number) => {
      if (timeOf(clock) === null) return ERRNO.inval
      memory.setU64(resolutionAt, TICK_NS)
      return ERRNO.success
    },
    clock_time_get: (clock: number, _precision: bigint, timeAt: number) => {
      host.run.clockNs += TICK_NS
      const now = timeOf(clock)
      if (now === null) return ERRNO.inval
      memory.setU64(timeAt, now)
      return ERRNO.success
    },
    random_get: (address: number, length: number) => {
      host.run.random(memory.bytes(address, length))
      return ERRNO.success
    },
    sched_yield: () => ERRNO.success,
    proc_exit: (code: number) => {
      throw new ProgramExit(code >>> 0)
    },
    proc_raise: (signal: number) => {
      throw new ProgramExit(128 + (signal & 0x7f))
    },

    /** What can be read or written is ready always; a pause moves the clock, and nobody waits. */
    poll_oneoff: (subscriptionsAt: number, eventsAt: number, count: number, eventCountAt: number) => {
      const wanted = count >>> 0
      if (wanted === 0 || wanted > MAX_SUBSCRIPTIONS) return ERRNO.inval
      type Event = { userData: bigint; type: number; errno: number; atNs: bigint }
      const events: Event[] = []
      for (let position = 0; position < wanted; position += 1) {
        const at = (subscriptionsAt >>> 0) + SUBSCRIPTION_BYTES * position
        const type = memory.u8(at + 8)
        const event: Event = { userData: memory.u64(at), type, errno: ERRNO.success, atNs: host.run.clockNs }
        if (type === EVENT.clock) {
          const now = timeOf(memory.u32(at + 16))
          const timeout = memory.u64(at + 24)
          const isAbsolute = (memory.u16(at + 40) & SUBSCRIPTION_ABSOLUTE) !== 0
          if (now === null) event.errno = ERRNO.inval
          else {
            const waitNs = isAbsolute ? timeout - now : timeout
            event.atNs += waitNs > 0n ? waitNs : 0n
          }
        } else if (!host.run.descriptors[memory.u32(at + 16)]) event.errno = ERRNO.badf
        events.push(event)
      }
      const firstNs = events.reduce((first, { atNs }) => (atNs < first ? atNs : first), events[0]?.atNs ?? 0n)
      if (firstNs > host.run.clockNs) host.run.clockNs = firstNs
      const due = events.filter(({ atNs }) => atNs <= firstNs)
      for (const [position, { userData, type, errno }] of due.entries()) {
        const at = (eventsAt >>> 0) + EVENT_BYTES * position
        memory.bytes(at, EVENT_BYTES).fill(0)
        memory.setU64(at, userData)
        memory.setU16(at + 8, errno)
        memory.setU8(at + 10, type)
      }
      memory.setU32(eventCountAt, due.length)
      return ERRNO.success
    },
  }
}
