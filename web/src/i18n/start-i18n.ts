import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'
import type { ProblemTable } from './problems-ko.ts'
import { SAID_EN } from './said-en.ts'
import { translator } from './translator.ts'

export const LANGUAGES = { en: 'English', ko: '한국어' } as const
export type Language = keyof typeof LANGUAGES

/** What the daemon says itself, as the page says it in a language. */
type OtherWords = { said: (text: string) => string; problems: ProblemTable }
const english: OtherWords = { said: translator(SAID_EN), problems: {} }
const others = new Map<string, OtherWords>()
export const otherWords = (language: string): OtherWords => others.get(language) ?? english

const KEY = 'golem-language'
const isLanguage = (text: string | null | undefined): text is Language => text === 'en' || text === 'ko'

/** What was chosen here before, else the browser's own. */
function firstLanguage(): Language {
  const chosen = localStorage.getItem(KEY)
  if (isLanguage(chosen)) return chosen
  const known = navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage)
  return known ?? 'en'
}

/** English is at hand as what stands in for what is missing; every other language comes when it is wanted. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  })
  await speak(firstLanguage())
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language)
  await speak(language)
}

async function speak(language: Language): Promise<void> {
  if (language === 'ko' && !i18next.hasResourceBundle('ko', 'translation')) {
    const [{ ko }, { SAID_KO }, { PROBLEMS_KO }] = await Promise.all([
      import('./ko.ts'),
      import('./said-ko.ts'),
      import('./problems-ko.ts'),
    ])
    others.set(language, { said: translator(SAID_KO), problems: PROBLEMS_KO })
    i18next.addResourceBundle('ko', 'translation', ko)
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
