import { expect, it } from 'vitest'
import { keysOf } from './policy-keys.ts'

it('finds each key, whether it is set or explained, with its table', () => {
  const text =
    '# What runs.\nrun = "any"\n# Hosts.\n# hosts = ["a:1"]\n\n[max]\n# Of one.\nmemory = "4GiB"\n# cores = 1\n'
  expect(keysOf(text)).toEqual(['run', 'hosts', 'max.memory', 'max.cores'])
})
