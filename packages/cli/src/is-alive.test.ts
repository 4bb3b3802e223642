import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { isAlive } from './is-alive.ts'

it('tells a running process from one that has ended', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  expect(isAlive(pid)).toBe(true)
  child.kill()
  await once(child, 'exit')
  expect(isAlive(pid)).toBe(false)
})

it.runIf(process.platform === 'linux')('takes a process that its parent has not collected for ended', async () => {
  // The shell has become another program before its child ends: that program collects nobody.
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  await expect.poll(() => isAlive(pid), { interval: 5, timeout: 20_000 }).toBe(false)
  expect(() => process.kill(pid, 0)).not.toThrow()
  parent.kill()
  await once(parent, 'exit')
})
