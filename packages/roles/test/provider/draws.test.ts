import {
  type BatchedDelivery,
  type Bytes32,
  commitmentOf,
  domainOf,
  drawChain,
  drawSeed,
  encodeJson,
  type RejectionEvidence,
  signDraws,
  signVerdict,
  type VerdictBody,
} from '@golem/protocol'
import { describe, expect, it, vi } from 'vitest'
import { makeRequestor, makeWorld, subtask } from './world.ts'

const chain = drawChain(new Uint8Array(32).fill(9), 16)

/** A provider whose requestor promised a chain, and what it delivered for index 0. */
async function makeDrawnWorld() {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const hired = await requestor.hired({}, { chain })
  await hired.stream.say(subtask(0, hired.inputs))
  const { batch } = await hired.stream.hear('delivered-many')
  const delivered = batch.deliveries[0] as BatchedDelivery
  /** What a requestor shows that finds it wrong; `change` is what it shows instead. */
  const evidenceFor = async (change: Partial<VerdictBody> = {}, by = requestor.signer): Promise<RejectionEvidence> => {
    const value = chain.valueOf(0)
    const seed = drawSeed({ value, agreementId: hired.id, index: 0, commitment: commitmentOf(delivered) })
    const verdict = signVerdict(by, {
      format: 'golem-verdict/1',
      judge: requestor.signer.address,
      provider: world.signer.address,
      manifest: world.manifestCid,
      agreementId: hired.id,
      index: 0,
      inputs: hired.inputs,
      request: subtask(0, hired.inputs).assignment.request,
      commitment: commitmentOf(delivered),
      outputs: delivered.outputs,
      seed,
      drawn: { draw: 0, value },
      verdict: { accepted: false, how: 'seen', code: 'PIXELS_DIFFER', message: 'It differs.', evidence: {} },
      ...change,
    })
    const { cid } = await requestor.storage.addBytes(new TextEncoder().encode(encodeJson(verdict)))
    return { seed: verdict.body.seed, verdict: cid, crop: null }
  }
  const rejected = async (evidence?: RejectionEvidence) => {
    const reason = { code: 'PIXELS_DIFFER', message: 'It differs.' }
    await hired.stream.say({ type: 'reject', index: 0, reason, ...(evidence === undefined ? {} : { evidence }) })
    return vi.waitUntil(() => world.provider.rejections()[0], { timeout: 20_000 })
  }
  const reveal = () => hired.stream.say({ type: 'reveal', draw: 0, value: chain.valueOf(0) })
  return { world, requestor, ...hired, delivered, evidenceFor, rejected, reveal }
}

describe('draws', () => {
  it('are named one after another, before anybody reveals them', async () => {
    const { stream, inputs, delivered } = await makeDrawnWorld()
    await stream.say(subtask(1, inputs))
    const { batch } = await stream.hear('delivered-many')
    expect([delivered.draw, batch.deliveries[0]?.draw]).toEqual([0, 1])
    await stream.say({ type: 'reveal', draw: 1, value: chain.valueOf(1) })
    await stream.say(subtask(2, inputs))
    expect((await stream.hear('delivered-many')).batch.deliveries[0]?.draw).toBe(2)
  })

  it('end the agreement where what is revealed was not promised, or draws for nothing', async () => {
    for (const [draw, value] of [
      [0, chain.valueOf(1)],
      [1, chain.valueOf(1)],
    ] as const) {
      const { stream } = await makeDrawnWorld()
      await stream.say({ type: 'reveal', draw, value })
      expect((await stream.hear('declined')).reason.code).toBe('REVEAL_WRONG')
      await stream.ended
    }
  })

  it('are kept over a new stream, which promises the same chain or is none', async () => {
    const { requestor, terms, id, delivered, stream } = await makeDrawnWorld()
    const promise = (head: Bytes32) =>
      signDraws(requestor.signer, domainOf(terms.settlement), id, { head, count: chain.count })
    const next = await requestor.open(terms, undefined, undefined, promise(chain.head))
    await stream.ended
    expect((await next.hear('delivered-many')).batch.deliveries).toEqual([delivered])
    const other = await requestor.open(terms, undefined, undefined, promise(chain.valueOf(3)))
    expect((await other.hear('declined')).reason.code).toBe('DRAWS_CHANGED')
  })

  it('that are not revealed in time let the provider pause', async () => {
    const { world, stream, inputs, reveal } = await makeDrawnWorld()
    await world.clock.advance(61_000)
    await stream.say(subtask(1, inputs))
    expect((await stream.hear('refused')).reason.code).toBe('REVEAL_LATE')
    await reveal()
    await stream.say(subtask(2, inputs))
    expect((await stream.hear('delivered-many')).batch.deliveries[0]?.index).toBe(2)
  })
})

describe('a rejection', () => {
  it('convinces where its signed verdict rests on what was drawn, and is remembered over a restart', async () => {
    const { world, requestor, evidenceFor, rejected, reveal } = await makeDrawnWorld()
    await reveal()
    const evidence = await evidenceFor()
    const kept = await rejected(evidence)
    expect(kept).toMatchObject({ requestor: requestor.signer.address, ...evidence, doubt: null })
    expect(await world.storage.has(evidence.verdict)).toBe(true)
    await world.stop()
    await world.start()
    expect(world.provider.rejections()).toEqual([kept])
  })

  it('does not where it shows nothing, or before anything was revealed', async () => {
    const bare = await makeDrawnWorld()
    await bare.reveal()
    expect((await bare.rejected()).doubt).toBe('It named no evidence.')
    const early = await makeDrawnWorld()
    expect((await early.rejected(await early.evidenceFor())).doubt).toBe('What it was checked by was not revealed.')
    const late = await makeDrawnWorld()
    await late.world.clock.advance(61_000)
    expect((await late.rejected(await late.evidenceFor())).doubt).toBe(
      'What it was checked by was not revealed in time.',
    )
  })

  it('that does not is held against its requestor', async () => {
    const { world, requestor, rejected, reveal } = await makeDrawnWorld()
    await reveal()
    await rejected()
    expect(world.book.facts(requestor.signer.address).map(({ body }) => [body.kind, body.count])).toEqual([
      ['unpaid', 1],
    ])
  })

  it('that convinces counts too, past the one that may be true: a verdict is signed easily', async () => {
    const { world, requestor, id, stream, inputs, evidenceFor, rejected, reveal } = await makeDrawnWorld()
    await reveal()
    await rejected(await evidenceFor())
    const facts = () => world.book.facts(requestor.signer.address).map(({ body }) => [body.kind, body.valueWei])
    expect(facts()).toEqual([])
    await stream.say(subtask(1, inputs))
    const { batch } = await stream.hear('delivered-many')
    const commitment = commitmentOf(batch.deliveries[0] as BatchedDelivery)
    const drawn = { draw: 1, value: chain.valueOf(1) }
    await stream.say({ type: 'reveal', ...drawn })
    const seed = drawSeed({ value: drawn.value, agreementId: id, index: 1, commitment })
    const evidence = await evidenceFor({ index: 1, commitment, seed, drawn })
    await stream.say({ type: 'reject', index: 1, reason: { code: 'BAD', message: 'It differs.' }, evidence })
    await expect.poll(facts).toEqual([['unpaid', 100n]])
    expect(world.provider.rejections().map(({ doubt }) => doubt)).toEqual([null, null])
  })

  it('does not where its seed is another than was drawn, or its verdict about something else', async () => {
    const seed = chain.valueOf(5)
    const biased = await makeDrawnWorld()
    await biased.reveal()
    expect((await biased.rejected(await biased.evidenceFor({ seed }))).doubt).toBe(
      'It was checked by another seed than was drawn.',
    )
    const other = await makeDrawnWorld()
    await other.reveal()
    expect((await other.rejected(await other.evidenceFor({ index: 1 }))).doubt).toBe(
      'The verdict is about something else.',
    )
  })

  it('does not where somebody else signed its verdict, or its evidence cannot be had', async () => {
    const forged = await makeDrawnWorld()
    await forged.reveal()
    expect((await forged.rejected(await forged.evidenceFor({}, forged.world.signer))).doubt).toBe(
      'The verdict is not signed.',
    )
    const absent = await makeDrawnWorld()
    await absent.reveal()
    const evidence = await absent.evidenceFor()
    const { inputs } = absent
    expect((await absent.rejected({ ...evidence, verdict: inputs })).doubt).toMatch(/^The evidence could not be read/)
  })
})
