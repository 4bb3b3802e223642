import { type Address, asAddress, asBytes32 } from '@golem/protocol'
import { expect, it } from 'vitest'
import { agreeReplicas, type Replica } from './agree-replicas.ts'

const hash = (byte: string) => asBytes32(`0x${byte.repeat(32)}`)
const provider = (byte: string): Address => asAddress(`0x${byte.repeat(20)}`)
const [good, bad, fast, slow] = [hash('01'), hash('02'), hash('0f'), hash('05')]
const replica = (by: string, output: Replica['output'], equivalenceClass = fast): Replica => ({
  provider: provider(by),
  equivalenceClass,
  output,
})
const two = { agreeing: 2, copies: 5 }

it('accepts what enough of one class agree on, and names who differs', () => {
  expect(agreeReplicas([replica('a1', good), replica('b2', good)], two)).toEqual({
    is: 'agreed',
    output: good,
    accepted: [provider('a1'), provider('b2')],
    differing: [],
  })
  const three = agreeReplicas([replica('a1', good), replica('b2', bad), replica('c3', good)], two)
  expect(three).toMatchObject({ is: 'agreed', output: good, differing: [provider('b2')] })
})

it('counts each provider once', () => {
  expect(agreeReplicas([replica('a1', good), replica('a1', good)], two)).toEqual({ is: 'open', askIn: [fast] })
})

it('says nothing of other classes', () => {
  const mixed = [replica('a1', good), replica('b2', bad, slow), replica('c3', good)]
  expect(agreeReplicas(mixed, two)).toMatchObject({ is: 'agreed', output: good, differing: [] })
})

it('asks on while none is more than half of its class, and blames nobody in the end', () => {
  const split = [replica('a1', good), replica('b2', bad), replica('c3', good), replica('d4', bad)]
  expect(agreeReplicas(split, two)).toEqual({ is: 'open', askIn: [fast] })
  expect(agreeReplicas([...split, replica('e5', hash('03'))], two)).toEqual({ is: 'undecided' })
})

it('asks on in the class that is ahead, and in any where none is', () => {
  const even = [replica('a1', good), replica('b2', good, slow)]
  expect(agreeReplicas(even, two)).toEqual({ is: 'open', askIn: [fast, slow] })
  const three = { agreeing: 3, copies: 5 }
  expect(agreeReplicas([...even, replica('c3', good, slow)], three)).toEqual({ is: 'open', askIn: [slow] })
})
