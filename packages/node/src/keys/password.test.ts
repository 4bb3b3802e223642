import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { passwordSource } from './password.ts'

describe('passwordSource', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golem-password-'))
  })
  afterEach(async () => {
    delete process.env.GOLEM_PASSWORD
    await rm(folder, { recursive: true })
  })

  it('reads the first line of a file', async () => {
    const path = join(folder, 'password')
    await writeFile(path, 'correct horse\nand a note\n')
    expect(await passwordSource(path)('open', 'first')).toBe('correct horse')
    await expect(passwordSource(path)('open', 'wrong')).rejects.toMatchObject({ code: 'PASSWORD_WRONG' })
    await expect(passwordSource(join(folder, 'none'))('open', 'first')).rejects.toMatchObject({ code: 'FILE_MISSING' })
  })

  it('reads the environment, and takes it from there, so that no child inherits it', async () => {
    process.env.GOLEM_PASSWORD = 'correct horse'
    const source = passwordSource(undefined)
    expect(process.env.GOLEM_PASSWORD).toBeUndefined()
    expect(await source('new', 'first')).toBe('correct horse')
  })

  it('takes an environment that says nothing for none', async () => {
    process.env.GOLEM_PASSWORD = ''
    await expect(passwordSource(undefined)('open', 'first')).rejects.toMatchObject({ code: 'PASSWORD_MISSING' })
  })

  it('takes no short password for a new key', async () => {
    process.env.GOLEM_PASSWORD = 'horse'
    await expect(passwordSource(undefined)('new', 'first')).rejects.toMatchObject({ code: 'PASSWORD_SHORT' })
  })
})
