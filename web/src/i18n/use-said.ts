import { useTranslation } from 'react-i18next'
import { otherWords } from './start-i18n.ts'

/** Gives what the daemon says in words of its own in the reader's language, where that is known; else as it was said. */
export function useSaid(): (text: string) => string {
  const { i18n } = useTranslation()
  return (text) => otherWords(i18n.language)?.said(text) ?? text
}
