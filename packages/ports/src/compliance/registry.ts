import { type Address, asAddress, asBytes32, asCid, type Bytes32, type Cid } from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Certification, Registry } from '../registry.ts'

export type RegistryPlace = {
  registry: Registry
  /** Three who can speak in it. */
  people: readonly Address[]
  publish(author: Address, app: { name: string; version: string; manifest: Cid }): Promise<Bytes32>
  judge(validator: Address, id: Bytes32, verdict: Certification['verdict'] | null): Promise<void>
  remove(): Promise<void>
}

const NOBODY = asAddress(`0x${'0'.repeat(40)}`)

/** What every `Registry` tells. */
export function registryCompliance(name: string, start: () => Promise<RegistryPlace>): void {
  describe(`Registry: ${name}`, () => {
    let place: RegistryPlace
    let author: Address
    let ada: Address
    let ben: Address
    let count = 0
    beforeAll(async () => {
      place = await start()
      ;[author, ada, ben] = place.people as [Address, Address, Address]
    })
    afterAll(() => place?.remove())

    /** An application that is new to the registry. */
    const fresh = () => {
      count += 1
      return { name: `app-${count}`, version: '1.0', manifest: asCid(`b${'a'.repeat(57)}${'abcdefghij'[count]}`) }
    }

    it('knows the manifest of what was published, and of nothing else', async () => {
      const app = fresh()
      const id = await place.publish(author, app)
      expect(await place.registry.manifestOf(id)).toBe(app.manifest)
      expect(await place.registry.manifestOf(asBytes32(`0x${'99'.repeat(32)}`))).toBeNull()
    })

    it('tells what those who are asked for say, and not what others do', async () => {
      const app = fresh()
      const id = await place.publish(author, app)
      await place.judge(ada, id, 'certified')
      await place.judge(ben, id, 'denounced')
      const said = (validators: Address[]) => place.registry.certifications({ ...app, author }, validators)
      expect(await said([ada])).toEqual([{ validator: ada, verdict: 'certified' }])
      expect(await said([ben, ada])).toHaveLength(2)
      expect(await said([author])).toEqual([])
      expect(await said([])).toEqual([])
    })

    it('goes by the newest word, and by none that was taken back', async () => {
      const app = fresh()
      const id = await place.publish(author, app)
      await place.judge(ada, id, 'certified')
      await place.judge(ada, id, 'denounced')
      const said = () => place.registry.certifications({ ...app, author }, [ada])
      expect(await said()).toEqual([{ validator: ada, verdict: 'denounced' }])
      await place.judge(ada, id, null)
      expect(await said()).toEqual([])
    })

    it('finds what a validator says of a manifest that it published itself, and not what a stranger published', async () => {
      const app = fresh()
      await place.judge(ada, await place.publish(ada, app), 'certified')
      const said = (validators: Address[]) => place.registry.certifications({ ...app, author: NOBODY }, validators)
      expect(await said([ada])).toEqual([{ validator: ada, verdict: 'certified' }])
      expect(await said([ben])).toEqual([])
      expect(await place.registry.certifications({ author, manifest: fresh().manifest }, [ada])).toEqual([])
    })
  })
}
