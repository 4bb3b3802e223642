import { GolemError } from '@golem/protocol'

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }

/** One clear sentence for what a schema found first. */
export function inputInvalid(issues: readonly Issue[]): GolemError {
  const [issue] = issues
  const name = issue?.path.map(String).join('.') ?? ''
  const message = issue?.message.replace(/\.$/, '') ?? 'it is invalid'
  return new GolemError({
    code: 'INPUT_INVALID',
    message: name === '' ? `The request is not understood: ${message}.` : `"${name}" is not understood: ${message}.`,
    remedy: 'GET /openapi.json describes what is expected.',
  })
}
