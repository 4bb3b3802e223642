import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const readme = await readFile(join(root, 'README.md'), 'utf8')
const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

const help = async (...words: string[]): Promise<string> => {
  const bin = join(root, 'packages/cli/bin/golem.mjs')
  return (await promisify(execFile)(process.execPath, [bin, ...words, '--help'])).stdout
}
const commandsIn = (text: string) =>
  [...(text.split('Commands:')[1] ?? '').matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name as string)
const flagsIn = (text: string) => new Set([...text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag))

/** What is written as code, without its comments. */
const code = [...readme.matchAll(/```sh\n([\s\S]*?)```|`([^`\n]+)`/g)]
  .flatMap(([, block, inline]) => (block ?? inline ?? '').split('\n'))
  .map((line) => line.replace(/\s#.*$/, '').trim())
/** Command lines of `golem`; the demo passes its own on to `golem render`. */
const golemLines = code.flatMap((line) => {
  const [, rest] = /^(?:npm run golem -- |golem )(.+)$/.exec(line) ?? []
  const [, demo] = /^npm run demo -- (.+)$/.exec(line) ?? []
  return rest ?? (demo === undefined ? [] : `render ${demo}`)
})

test('every npm script of the README exists', () => {
  const named = code.flatMap((line) =>
    [...line.matchAll(/\bnpm (?:run )?([a-z][\w:]*)/g)].map(([, name]) => name ?? ''),
  )
  expect(new Set(named)).toEqual(new Set(['demo', 'test', 'golem']))
  for (const name of named) expect(Object.keys(scripts)).toContain(name)
})

test('every golem command and flag of the README stands in its help', async () => {
  const general = await help()
  const commands = commandsIn(general)
  expect(golemLines.length).toBeGreaterThan(4)
  for (const line of golemLines) {
    const words = line.split(/\s+/)
    const command = words.find((word) => commands.includes(word))
    expect(command, line).toBeDefined()
    const known = flagsIn(`${general}${await help(command as string)}`)
    for (const flag of words.filter((word) => word.startsWith('--'))) expect(known, line).toContain(flag)
  }
})

test('commands that the README names in passing exist', async () => {
  const [, list = ''] = /also: (.+)/.exec(readme) ?? []
  const named = list.split(', ').map((words) => words.split(' ')[0] ?? '')
  expect(named.length).toBeGreaterThan(3)
  expect(commandsIn(await help())).toEqual(expect.arrayContaining(named))
})

test('every link and picture of the README leads somewhere', async () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)/g)].map(([, path]) => path as string)
  expect(links).toContain('LIMITS.md')
  for (const path of links) await expect(access(join(root, path)), path).resolves.toBeUndefined()
})
