import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
/** As a person's shell has it: npm tells its scripts how it was called, and the tests may be one. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))

it('`npm run bench` says nothing on standard output but what a benchmark says', async () => {
  const run = await new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    execFile('npm', ['run', 'bench', '--', 'nosuch'], { cwd: root, env }, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
  expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('There is no benchmark nosuch') })
})
