import { asAddress, asBytes32 } from '@golem/protocol'
import { expect, it } from 'vitest'
import { replicaCommitment } from './replica-commitment.ts'

const hash = (byte: string) => asBytes32(`0x${byte.repeat(32)}`)
const [ada, bob] = [asAddress(`0x${'ad'.repeat(20)}`), asAddress(`0x${'b0'.repeat(20)}`)]

it('commits to nothing that a neighbour could use as its own, or guess', () => {
  const commitment = replicaCommitment(hash('01'), ada, hash('5e'))
  expect(commitment).not.toBe(replicaCommitment(hash('01'), bob, hash('5e')))
  expect(commitment).not.toBe(replicaCommitment(hash('01'), ada, hash('5f')))
})
