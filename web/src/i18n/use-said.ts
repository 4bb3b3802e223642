import { useTranslation } from 'react-i18next'
import { otherWords } from './start-i18n.ts'

/** Gives what the daemon says in words of its own as the page says it to its reader, where that is known; else as it was said. */
export function useSaid(): (text: string) => string {
  const { i18n } = useTranslation()
  return otherWords(i18n.language).said
}
