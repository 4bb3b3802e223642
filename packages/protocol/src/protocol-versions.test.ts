import { expect, it } from 'vitest'
import { protocolVersions } from './protocol-versions.ts'

it('goes back to the first minor version, and to no older major one', () => {
  expect(protocolVersions('/golem/a-b/2.2.0')).toEqual(['/golem/a-b/2.2.0', '/golem/a-b/2.1.0', '/golem/a-b/2.0.0'])
  expect(protocolVersions('/golem/demand/1.0.0')).toEqual(['/golem/demand/1.0.0'])
})

it.each(['/golem/x/1.0', '/golem/x/1.0.1', '/ipfs/x/1.0.0', '/golem/x/1.9999.0', '/golem/X/1.0.0'])(
  'refuses the name %s',
  (name) => expect(() => protocolVersions(name)).toThrow(TypeError),
)
