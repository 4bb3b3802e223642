import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { AppError, type Json } from '@golem/sdk'
import { app } from '../app.ts'

export const SCENES = join(import.meta.dirname, '../../scenes')
export const FIXTURES = join(SCENES, 'fixtures')

type Answer = { id?: number; result?: Json; error?: { code: string; message: string }; ready?: Json }
type Pending = { resolve: (answer: Answer) => void; reject: (error: Error) => void }

/** The real Blender process with our own files, outside the sandbox. Each call gets an output folder of its own. */
export type TestWorker = {
  call(method: string, params: { [key: string]: Json }): Promise<Json>
  /** Holds everything that calls wrote. */
  readonly folder: string
  close(): Promise<void>
}

/** @param env beside its own: one of the application's kernels */
export async function startWorker(env: { [name: string]: string } = {}): Promise<TestWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-blender-'))
  const [command = '', ...args] = app.program.command.map((part) => part.replace(/^\/app\b/, app.program.code ?? ''))
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: folder, ...env },
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  const pending: Pending[] = []
  const lines = createInterface({ input: child.stdio[3] as Readable })
  lines.on('line', (line) => {
    const answer: Answer = JSON.parse(line)
    if ('result' in answer || 'error' in answer) pending.shift()?.resolve(answer)
  })
  const exited = new Promise<void>((resolve) => {
    child.on('close', () => {
      for (const { reject } of pending.splice(0)) reject(new Error('Blender ended'))
      resolve()
    })
  })
  let calls = 0
  return {
    folder,
    call: async (method, params) => {
      calls += 1
      const request = { id: calls, method, params: { outDir: join(folder, `${calls}`), ...params } }
      const answer = await new Promise<Answer>((resolve, reject) => {
        pending.push({ resolve, reject })
        child.stdin?.write(`${JSON.stringify(request)}\n`)
      })
      if (answer.error) throw new AppError(answer.error)
      return answer.result ?? null
    },
    close: async () => {
      child.stdin?.end()
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
