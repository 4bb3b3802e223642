import { asAddress } from '@golem/protocol'
import { blacklistCompliance, registryCompliance } from '../compliance/index.ts'
import { memoryBlacklist } from './blacklist.ts'
import { memoryRegistry } from './registry.ts'

const people = ['1a', '2b', '3c'].map((byte) => asAddress(`0x${byte.repeat(20)}`))

registryCompliance('in memory', async () => {
  const registry = memoryRegistry()
  return {
    registry,
    people,
    publish: async (author, app) => registry.publish(author, app),
    judge: async (validator, id, verdict) => registry.judge(id, validator, verdict),
    remove: async () => undefined,
  }
})

blacklistCompliance('in memory', async () => {
  const nowS = () => 1_700_000_000
  const blacklist = memoryBlacklist({ nowS })
  return {
    blacklist,
    people,
    now: async () => nowS(),
    list: async (owner, entry) => blacklist.list(owner, entry),
    delist: async (owner, subject) => blacklist.delist(owner, subject),
    appeal: async (owner, subject, statement) => blacklist.appeal(owner, subject, statement),
    remove: async () => undefined,
  }
})
