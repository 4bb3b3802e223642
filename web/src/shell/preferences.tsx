import { Check, Languages, Monitor, Moon, Sun } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { chooseLanguage, LANGUAGES, type Language } from '../i18n/start-i18n.ts'
import { Button } from '../ui/button.tsx'
import { chooseTheme, type Theme, useTheme } from '../ui/theme.ts'

const ICONS = { light: Sun, dark: Moon, system: Monitor } as const
const ITEM =
  'flex cursor-default items-center justify-between gap-4 rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-raised'
const MENU = 'z-50 min-w-40 rounded-lg border bg-surface p-1 shadow-lg'

/** Language and colours. */
export function Preferences() {
  const { t, i18n } = useTranslation()
  const theme = useTheme()
  const Icon = ICONS[theme]
  return (
    <div className="flex gap-1">
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <Button look="quiet" size="small">
            <Languages aria-hidden className="size-4" />
            <span className="sr-only">{t('shell.language')}:</span>
            {LANGUAGES[i18n.language as Language]}
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" className={MENU}>
            <DropdownMenu.RadioGroup
              value={i18n.language}
              onValueChange={(language) => void chooseLanguage(language as Language)}
            >
              {Object.entries(LANGUAGES).map(([language, name]) => (
                <DropdownMenu.RadioItem key={language} value={language} lang={language} className={ITEM}>
                  {name}
                  <DropdownMenu.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent" />
                  </DropdownMenu.ItemIndicator>
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <Button look="quiet" size="small" aria-label={t('shell.theme')}>
            <Icon aria-hidden className="size-4" />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" className={MENU}>
            <DropdownMenu.RadioGroup value={theme} onValueChange={(next) => chooseTheme(next as Theme)}>
              {(['system', 'light', 'dark'] as const).map((name) => (
                <DropdownMenu.RadioItem key={name} value={name} className={ITEM}>
                  {t(`shell.themes.${name}`)}
                  <DropdownMenu.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent" />
                  </DropdownMenu.ItemIndicator>
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  )
}
