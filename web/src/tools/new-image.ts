import type { NewImage } from '@golem/api'

/** What a person types of an image. */
export type ImageText = {
  of: 'layout' | 'rootfs'
  name: string
  folder: string
  /** Words with spaces between them. */
  command: string
  /** `NAME=value`, with spaces between them. */
  env: string
  cwd: string
}

export const NO_IMAGE: ImageText = { of: 'layout', name: '', folder: '', command: '', env: '', cwd: '/' }

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

export const isNewImage = ({ of, name, folder, env, cwd }: ImageText): boolean =>
  /^[a-z0-9][a-z0-9._-]{0,60}$/.test(name.trim()) &&
  folder.trim().startsWith('/') &&
  (of === 'layout' || (cwd.trim().startsWith('/') && words(env).every((each) => each.indexOf('=') > 0)))

export function newImageOf({ of, name, folder, command, env, cwd }: ImageText): NewImage {
  if (of === 'layout') return { name: name.trim(), layout: folder.trim() }
  const variables = words(env).map((each): [string, string] => {
    const at = each.indexOf('=')
    return [each.slice(0, at), each.slice(at + 1)]
  })
  return {
    name: name.trim(),
    rootfs: folder.trim(),
    command: words(command),
    env: Object.fromEntries(variables),
    cwd: cwd.trim(),
  }
}
