import { expect, test } from 'vitest'
import { escapeTable } from './escape-table.ts'

test('a table for each group, with a column for each runtime that was tried', () => {
  const table = escapeTable([
    { group: 'Sockets', name: 'a | b', outside: 'works', stopped: { runc: 'EPERM', crun: 'EACCES' } },
    { group: 'Sockets', name: 'c', outside: 'not shown: none here', stopped: { crun: 'ENOSYS' } },
    { group: 'Modules', name: 'd', outside: 'works', stopped: { wasm: 'ended' } },
  ])
  expect(table).toContain('3 attempts, 2 of them shown to work outside.')
  expect(table).toContain('## Sockets\n\n| attempt | outside | crun | runc |\n| --- | --- | --- | --- |\n')
  expect(table).toContain('| a \\| b | works | EACCES | EPERM |\n| c | not shown: none here | ENOSYS |  |')
  const hidden = [{ group: 'Names', name: 'x\u202egpj', outside: 'works', stopped: {} }]
  expect(escapeTable(hidden)).toContain('| x\\u{202e}gpj |')
  expect(table).toContain('## Modules\n\n| attempt | outside | wasm |')
})
