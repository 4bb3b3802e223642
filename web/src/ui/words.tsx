import { Fragment } from 'react'

/** A text for people in which what stands between backticks is typed into a terminal. */
export function Words({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
      <code key={index} className="rounded bg-ink/8 px-1 font-mono text-[0.92em]">
        {part}
      </code>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
      <Fragment key={index}>{part}</Fragment>
    ),
  )
}
