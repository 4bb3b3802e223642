import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { storeCompliance } from '@golem/ports/compliance'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from './open-store.ts'
import { storeFailed } from './store-failed.ts'

const MODULE = new URL('./open-store.ts', import.meta.url).href
let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'golem-store-'))
  path = join(folder, 'new folder', 'state.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A second process with the store open; its lines, and how it ends. */
const inAnotherProcess = (code: string, before = '') => {
  const program = `import { openStore } from ${JSON.stringify(MODULE)}\nconst path = ${JSON.stringify(path)}\n${code}`
  const node = [process.execPath, '--input-type=module-typescript', '-e', program]
  const child = spawn('/bin/sh', ['-c', `${before} exec "$@"`, 'sh', ...node], { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (data) => {
    complaints += data
  })
  return {
    child,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    ended: once(child, 'close').then(([exitCode]) => ({ exitCode, complaints })),
  }
}

storeCompliance('on disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'golem-store-'))
  return {
    open: () => openStore(join(folder, 'state.sqlite')),
    durable: true,
    remove: async () => rmSync(folder, { recursive: true }),
  }
})

describe('openStore', () => {
  it('makes a file that only its owner reads', () => {
    openStore(path).close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'new folder')).mode & 0o777).toBe(0o700)
  })

  it('applies a list of changes whole or not at all', () => {
    const store = openStore(path)
    const notText = { put: 'b', value: Symbol('no text') as unknown as string }
    expect(() => store.commit([{ put: 'a', value: '1' }, { append: 's', events: ['1'] }, notText])).toThrow()
    expect(store.get('a')).toBeNull()
    expect(store.read('s')).toEqual([])
    store.commit([{ put: 'a', value: '2' }])
    expect(store.get('a')).toBe('2')
    store.close()
  })

  it('lets no second store in, in this process or another, and prints no warning', async () => {
    openStore(path).close()
    const store = openStore(path)
    expect(() => openStore(path)).toThrow(
      expect.objectContaining({ code: 'STORE_FAILED', message: expect.stringContaining('in use by another') }),
    )
    const other = inAnotherProcess('try { openStore(path) } catch (error) { console.log(error.sentence) }')
    expect((await other.lines.next()).value).toMatch(/in use by another Golem process\. End it with `golem down`/)
    expect(await other.ended).toEqual({ exitCode: 0, complaints: '' })
    store.commit([{ put: 'a', value: '2' }])
    store.close()
    openStore(path).close()
  })

  it('keeps every commit that returned through kill -9, and leaves no lock behind', async () => {
    const { child, lines, ended } = inAnotherProcess(`
      const store = openStore(path)
      for (let n = 0; ; n++) {
        store.commit([{ append: 's', events: [String(n)] }, { put: 'last', value: String(n) }])
        console.log(n)
      }`)
    let returned = -1
    while (returned < 20) returned = Number((await lines.next()).value)
    child.kill('SIGKILL')
    await ended
    const store = openStore(path)
    const events = store.read('s')
    expect(events.length).toBeGreaterThan(returned)
    expect(events).toEqual(events.map((_, n) => String(n)))
    expect(store.get('last')).toBe(events.at(-1))
    store.close()
  })

  it('says that the disk is full in one sentence, and still has what was saved before', async () => {
    const { lines, ended } = inAnotherProcess(
      `const store = openStore(path)
       store.commit([{ put: 'a', value: 'saved' }])
       try { for (;;) store.commit([{ append: 's', events: ['x'.repeat(50_000)] }]) }
       catch (error) { console.log(JSON.stringify({ code: error.code, sentence: error.sentence, a: store.get('a') })) }
       process.exit()`,
      'ulimit -f 1000;',
    )
    const said = JSON.parse((await lines.next()).value ?? '')
    expect(said).toMatchObject({ code: 'STORE_FAILED', a: 'saved' })
    expect(said.sentence).toMatch(/^The state file .* cannot be written.*Free some space/)
    expect(await ended).toEqual({ exitCode: 0, complaints: '' })
    const store = openStore(path)
    expect(store.get('a')).toBe('saved')
    expect(store.read('s').length).toBeGreaterThan(0)
    store.close()
  })

  it("refuses what is no state file, another program's, a newer Golem's, and a place that cannot be", () => {
    const refusal = (at: string, words: string) =>
      expect(() => openStore(at)).toThrow(
        expect.objectContaining({ code: 'STORE_FAILED', message: expect.stringContaining(words) }),
      )
    const file = join(folder, 'file')
    writeFileSync(file, 'no database, but long enough to look for a header in it. '.repeat(20))
    refusal(file, 'is no Golem state file')
    refusal(join(file, 'below', 'a file'), 'failed')
    refusal(folder, 'cannot be opened')

    const foreign = new DatabaseSync(join(folder, 'foreign'))
    foreign.exec('CREATE TABLE cats (name TEXT)')
    foreign.close()
    refusal(join(folder, 'foreign'), 'belongs to another program')

    openStore(path).close()
    const newer = new DatabaseSync(path)
    newer.exec('PRAGMA user_version = 99')
    newer.close()
    refusal(path, 'newer Golem (version 99')
  })

  it("has a remedy for each of SQLite's reasons", () => {
    for (const errcode of [5, 8, 10, 11, 13, 14, 26, 1, 13 | (3 << 8)]) {
      const error = storeFailed('/x', Object.assign(new Error('why'), { errcode }))
      expect(error.sentence).toMatch(/^The state file \/x .+\. .+\.$/)
    }
    expect(storeFailed('/x', { errcode: 13 | (3 << 8) }).message).toContain('disk is full')
  })
})
