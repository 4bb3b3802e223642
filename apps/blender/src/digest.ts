import { type AppContext, AppError, type Part } from '@golem/sdk'
import { frameFile, workOf } from './subtask-params.ts'
import { digestAnswer } from './worker-answers.ts'

/** The pixels of all frames: their files hold dates besides. @throws {AppError} `NOT_WHAT_WAS_ASKED` */
export async function digest(
  { call }: Pick<AppContext, 'call'>,
  { part }: { part: Part },
): Promise<{ digest: string }> {
  const files = workOf(part.subtask).frames.map((frame) => `${part.folder}/${frameFile(frame)}`)
  const answer = digestAnswer.parse(await call('digest', { files }))
  if ('digest' in answer) return { digest: `0x${answer.digest}` }
  throw new AppError({ code: 'NOT_WHAT_WAS_ASKED', message: `What was delivered is no picture: ${answer.mismatch}.` })
}
