import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runStep } from './run-step.ts'

const shell = (script: string, timeoutMs = 10_000) =>
  runStep({ name: 'a step', command: ['sh', '-c', script], timeoutMs }, import.meta.dirname)

test('keeps what was said on both streams, and the exit code', async () => {
  const result = await shell('echo out; echo err >&2; exit 3')
  expect(result).toMatchObject({ ok: false, output: expect.stringContaining('out') })
  expect(result.output).toContain('err')
  expect((await shell('true')).ok).toBe(true)
})

test('a step that hangs is ended with everything it started, and fails', async () => {
  const result = await shell('sleep 60 & echo child=$!; wait', 300)
  expect(result.ok).toBe(false)
  expect(result.output).toContain('a step was ended after 0.3 s')
  await expectGone(Number(/child=(\d+)/.exec(result.output)?.[1]))
})

test('what a step leaves behind is ended with it', async () => {
  const result = await shell('sleep 60 & echo child=$!')
  expect(result.ok).toBe(true)
  await expectGone(Number(/child=(\d+)/.exec(result.output)?.[1]))
})

test('a program that is not there is a failure with its name', async () => {
  const step = { name: 'a step', command: ['no-such-program'] as const, timeoutMs: 1000 }
  const result = await runStep(step, import.meta.dirname)
  expect(result).toMatchObject({ ok: false, output: expect.stringContaining('no-such-program') })
})

/** A killed process is gone a moment later; until its new parent reaps it, it is a zombie. */
async function expectGone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(0)
  const stands = async () => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    return stat !== '' && !/\) Z/.test(stat)
  }
  for (let tries = 0; (await stands()) && tries < 100; tries++) await delay(20)
  expect(await stands()).toBe(false)
}
