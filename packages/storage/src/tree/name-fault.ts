import { MAX_NAME_BYTES } from '../limits.ts'

/** Controls are invisible and split lines; a backslash is a folder on other systems. */
const BAD_CHARACTER = /[\p{Cc}/\\\ufffd]/u

/** Why no file of a tree may have this name, or null where it may. */
export function nameFault(name: string): string | null {
  const shown = JSON.stringify(name.slice(0, 80))
  if (name === '') return 'a name is empty'
  if (name === '.' || name === '..') return `the name ${shown} points elsewhere`
  if (BAD_CHARACTER.test(name)) return `the name ${shown} has a slash, a backslash or an unprintable character`
  if (!name.isWellFormed()) return `the name ${shown} is no Unicode text`
  if (new TextEncoder().encode(name).length > MAX_NAME_BYTES)
    return `the name ${shown}… has over ${MAX_NAME_BYTES} bytes`
  return null
}
