import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { isOwnerAlive, newRunId } from './run-id.ts'

const idOf = (pid: number, ticks: string) => newRunId('test').replace(/-\d+-\d+-/, `-${pid}-${ticks}-`)
const statOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

it('a run of this process has an owner that lives, one of another start has not, and other names are no runs', () => {
  expect(isOwnerAlive(newRunId('test'))).toBe(true)
  expect(isOwnerAlive(idOf(process.pid, '1'))).toBe(false)
  expect(isOwnerAlive('user.slice')).toBe(null)
})

it('an owner that has ended and was not collected is gone', async () => {
  // What takes the place of the shell never collects the shell's child.
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'ignore', 'pipe'] })
  try {
    const [pid] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')).map(Number) as [number]
    const id = idOf(pid, statOf(pid)[19] ?? '')
    expect(isOwnerAlive(id)).toBe(true)
    parent.stdio[3]?.destroy()
    await vi.waitUntil(() => statOf(pid)[0] === 'Z')
    expect(isOwnerAlive(id)).toBe(false)
  } finally {
    parent.kill('SIGKILL')
  }
})
