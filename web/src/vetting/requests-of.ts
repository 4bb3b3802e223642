import type { NewVetting } from '@golem/api'

type Requests = NonNullable<NewVetting['requests']>

/** What a program is to be asked, as the command line takes it: one request, or a list; null where it is neither. */
export function requestsOf(text: string): Requests | null {
  if (text.trim() === '') return []
  try {
    const found: unknown = JSON.parse(text)
    const list: unknown[] = Array.isArray(found) ? found : [found]
    return list.every(isRequest) ? list : null
  } catch {
    return null
  }
}

const isRequest = (value: unknown): value is Requests[number] =>
  value !== null &&
  typeof value === 'object' &&
  'method' in value &&
  typeof value.method === 'string' &&
  'params' in value &&
  value.params !== null &&
  typeof value.params === 'object' &&
  !Array.isArray(value.params)
