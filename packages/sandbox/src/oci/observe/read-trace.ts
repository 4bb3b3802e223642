/** One line of strace, whole. `error`: the name of what it was refused with; `result`: what it gave, as strace writes it. */
export type TracedCall = { pid: number; name: string; args: string; result: string; error: string | null }
export type TracedLine = { call: TracedCall } | { exited: number } | { otherMode: number } | null

/** Calls under way at once, and how much of one is kept. */
const MAX_UNFINISHED = 10_000
const MAX_CHARACTERS = 4_096

const LINE = /^(\d+) +(.*)$/
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/
const CALL = /^(\w+)\((.*)\) += +(.*)$/

/** Puts the halves of calls together that others came between. */
export function traceReader(): (line: string) => TracedLine {
  const unfinished = new Map<number, string>()
  return (line) => {
    const found = LINE.exec(line.slice(0, MAX_CHARACTERS * 4))
    if (found === null) return null
    const [, pidText = '', rest = ''] = found
    const pid = Number(pidText)
    if (rest.startsWith('+++ exited') || rest.startsWith('+++ killed')) {
      unfinished.delete(pid)
      return { exited: pid }
    }
    if (/^(strace: )?\[ Process PID=\d+ runs in (32 bit|x32) mode/.test(rest)) return { otherMode: pid }
    if (rest.endsWith(' <unfinished ...>')) {
      if (unfinished.size < MAX_UNFINISHED) unfinished.set(pid, rest.slice(0, -' <unfinished ...>'.length))
      return null
    }
    const resumed = RESUMED.exec(rest)
    if (resumed === null) return parse(pid, rest)
    const [, name = '', end = ''] = resumed
    const begin = unfinished.get(pid)
    unfinished.delete(pid)
    // A thread that becomes another program goes on under its process's number.
    return parse(pid, `${begin?.startsWith(`${name}(`) ? begin : `${name}(`}${end}`)
  }
}

function parse(pid: number, text: string): TracedLine {
  const found = CALL.exec(text)
  if (found === null) return null
  const [, name = '', args = '', result = ''] = found
  return {
    call: { pid, name, args: args.slice(0, MAX_CHARACTERS), result, error: /^-1 (E\w+)/.exec(result)?.[1] ?? null },
  }
}
