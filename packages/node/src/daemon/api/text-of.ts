/** What somebody else wrote, where it is UTF-8 without control characters beside tabs and ends of lines; else null. */
export function textOf(bytes: Uint8Array): string | null {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
  return /[^\P{Cc}\t\n\r]/u.test(text) ? null : text
}
