import { describe, expect, it } from 'vitest'
import { mountTable } from './launch-command.ts'

describe('mountTable', () => {
  it('keeps a path with spaces, line ends and backslashes in its field', () => {
    expect(mountTable('/a b\n\\c\t', '/media', null)).toBe('/a\\040b\\012\\134c\\011 /media none bind 0 0\n')
  })

  it('hides a tree last, when the groups in it were entered', () => {
    expect(mountTable('/root', '/media', '/sys/fs/cgroup/unified')).toBe(
      '/root /media none bind 0 0\nnone /sys/fs/cgroup/unified tmpfs ro 0 0\n',
    )
  })
})
