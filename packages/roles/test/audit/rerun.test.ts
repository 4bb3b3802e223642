import { randomBytes } from 'node:crypto'
import type { App } from '@golem/ports'
import { memoryFolders, memorySandbox } from '@golem/ports/memory'
import {
  asCid,
  canonicalJson,
  finishedWork,
  hashText,
  isQuestionSigned,
  signVerdict,
  type WrappedKey,
  whyUnproven,
} from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Rejection, rerunVerdict } from '../../src/index.ts'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { begin, until } from '../requestor/jobs.ts'
import { saidSquaresApp, squaresApp, squaresProgram } from '../squares-app.ts'

const unfair: Partial<App> = {
  verify: async () => ({ accepted: false, how: 'not at all', code: 'WRONG', message: 'No.', evidence: null }),
}

describe('a rejection', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  /** What the provider of a node finds when it does again what it was rejected by. */
  const rerun = (
    { opener, storage, disk }: Node,
    { verdict, contact }: Rejection,
    { key }: { key?: WrappedKey } = {},
  ) =>
    rerunVerdict(
      {
        ...{ opener, storage, apps: [squaresApp] },
        sandbox: memorySandbox({ squares: squaresProgram(disk) }, { disk }),
        folders: memoryFolders(disk, { base: '/again' }),
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
      },
      asCid(verdict ?? ''),
      {
        from: contact === null ? [] : [contact],
        maxInputBytes: 1e6,
        speed: 1,
        key,
        signal: AbortSignal.timeout(30_000),
      },
    )
  async function rejected(app: Partial<App>, over = {}) {
    const own = await grid.provider({ square: over === LIE ? (n) => n + 1 : (n) => n * n })
    const { requestor, node } = await grid.requestor(undefined, {}, app)
    const { id } = await begin(requestor, node, 4, over === PRIVATE ? { isPrivate: true } : {})
    await until(requestor, id, ({ rejections }) => rejections.length > 0)
    const rejection = await vi.waitUntil(() => own.provider.rejections()[0], { timeout: 20_000 })
    expect(rejection.doubt).toBeNull()
    return { rejection, own, requestor: node, daemon: requestor }
  }
  const LIE = {}
  const PRIVATE = {}

  it('of good work is found wrong by whoever does its check again, from what the rejection names', async () => {
    const { own, rejection } = await rejected(unfair)
    expect(await rerun(own.node, rejection)).toMatchObject({ isSame: false, found: { accepted: true } })
  })

  it('of wrong work is found right', async () => {
    const { own, rejection } = await rejected({}, LIE)
    expect(await rerun(own.node, rejection)).toMatchObject({ isSame: true, found: { code: 'WRONG' } })
  })

  it('of an answer is checked by computing it again', async () => {
    const { own, rejection } = await rejected(saidSquaresApp(1), LIE)
    const { isSame, found } = await rerun(own.node, rejection)
    expect([isSame, found]).toMatchObject([true, { code: 'RESULT_DIFFERS' }])
  })

  it('in a private job opens for the provider that was rejected', async () => {
    const { own, rejection } = await rejected(unfair, PRIVATE)
    expect(await rerun(own.node, rejection)).toMatchObject({ isSame: false, found: { accepted: true } })
    await expect(rerun({ ...own.node, opener: grid.newNode().opener }, rejection)).rejects.toMatchObject({
      code: 'CONTENT_KEY_WRONG',
    })
  })

  it('in a private job opens for an auditor whom the requestor lets in, and for nobody else', async () => {
    const { rejection, daemon } = await rejected(unfair, PRIVATE)
    const auditor = grid.newNode()
    const to = auditor.signer.publicKey
    const key = daemon.keyFor(rejection.agreementId, { to, context: rejection.verdict ?? '' })
    expect(await rerun(auditor, rejection, { key })).toMatchObject({ isSame: false, found: { accepted: true } })
    const wrong = { code: 'CONTENT_KEY_WRONG' }
    await expect(rerun(grid.newNode(), rejection, { key })).rejects.toMatchObject(wrong)
    const elsewhere = daemon.keyFor(rejection.agreementId, { to, context: 'another verdict' })
    await expect(rerun(auditor, rejection, { key: elsewhere })).rejects.toMatchObject(wrong)
  })

  it('of a job that is open to all needs no key', async () => {
    const { rejection, daemon } = await rejected(unfair)
    const asked = { to: new Uint8Array(33), context: rejection.verdict ?? '' }
    expect(() => daemon.keyFor(rejection.agreementId, asked)).toThrow(
      expect.objectContaining({ code: 'JOB_NOT_PRIVATE' }),
    )
    expect(() => daemon.keyFor(hashText('another'), asked)).toThrow(expect.objectContaining({ code: 'JOB_UNKNOWN' }))
  })

  it('of an answer rests on what the provider signed that it was asked: no other question can be told later', async () => {
    const { own, rejection } = await rejected(saidSquaresApp(1), LIE)
    expect(await rerun(own.node, rejection)).toMatchObject({ isQuestionSigned: true })
    const read = async (cid: string) =>
      JSON.parse(new TextDecoder().decode(await own.node.storage.readFile(asCid(cid), { maxBytes: 1e6 })))
    const work = finishedWork.parse(await read((await read(rejection.verdict ?? '')).body.work))
    const { subtask } = work
    const request = { ...subtask.request, params: { n: 99 } }
    expect([isQuestionSigned(work), whyUnproven(work)]).toEqual([true, null])
    expect(isQuestionSigned({ ...work, subtask: { ...subtask, request } })).toBe(false)
  })

  it('of what an application checks by parameters of the requestor convicts no provider', async () => {
    const { own, rejection } = await rejected({}, LIE)
    expect(await rerun(own.node, rejection)).toMatchObject({
      ...{ isSame: true, isQuestionSigned: false, isDeterministic: false },
    })
  })

  it('tells nobody where the person keeps her files', async () => {
    const { own, rejection } = await rejected(unfair)
    const read = async (cid: string) =>
      JSON.parse(new TextDecoder().decode(await own.node.storage.readFile(asCid(cid), { maxBytes: 1e6 })))
    const { work } = (await read(rejection.verdict ?? '')).body
    const record = JSON.stringify(await read(work))
    expect(record).not.toContain('/home/count')
    expect(record).toContain('/in/count')
  })

  it('whose seed does not follow from its draw, or that is about other work, shows nothing', async () => {
    const { own, rejection, requestor } = await rejected(unfair)
    const { storage } = own.node
    const bytes = await storage.readFile(asCid(rejection.verdict ?? ''), { maxBytes: 1e6 })
    const { body } = JSON.parse(new TextDecoder().decode(bytes))
    for (const change of [{ seed: `0x${'5e'.repeat(32)}` }, { index: body.index + 1 }, { work: undefined }]) {
      const forged = canonicalJson(signVerdict(requestor.signer, { ...body, ...change }))
      const { cid } = await storage.addBytes(new TextEncoder().encode(forged))
      await expect(rerun(own.node, { ...rejection, verdict: cid })).rejects.toMatchObject({ code: 'VERDICT_INVALID' })
    }
    const unsigned = canonicalJson({ ...signVerdict(own.node.signer, body) })
    const { cid } = await storage.addBytes(new TextEncoder().encode(unsigned))
    await expect(rerun(own.node, { ...rejection, verdict: cid })).rejects.toMatchObject({ code: 'VERDICT_INVALID' })
  })
})
