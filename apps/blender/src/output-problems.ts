import type { AppContext, Problem } from '@golem/sdk'
import type { Inspection } from './inspection.ts'
import type { Parameters } from './parameters.ts'
import { tryOutputAnswer } from './worker-answers.ts'

/**
 * What Blender could not write in the end, found now: a black frame is written for a trial in each of the formats that the
 * job ends in. Blender itself knows best which sizes and codecs go together.
 */
export async function outputProblems(
  { call }: Pick<AppContext, 'call'>,
  { format, movie }: Parameters,
  { choices, frames, width, height, movieOnly }: Inspection,
): Promise<Problem[]> {
  const wanted = [...(movieOnly && movie !== undefined ? [] : [format]), ...(movie === undefined ? [] : [movie])]
  const problems: Problem[] = []
  for (const each of wanted) {
    const params = { ...choices, frame: frames[0] ?? 0, ...(each === undefined ? {} : { format: each }) }
    const answer = tryOutputAnswer.parse(await call('try-output', params))
    if ('written' in answer) continue
    problems.push({
      code: 'OUTPUT_IMPOSSIBLE',
      message: `Blender cannot write ${each ?? 'the output that the file asks for'} at ${width}x${height} pixels: ${answer.failed.replace(/\.$/, '')}.`,
      remedy: /divisible by 2/.test(answer.failed)
        ? `Choose a size of even numbers: --resolution ${width + (width % 2)}x${height + (height % 2)}.`
        : 'Choose another with --format or --movie, or change it under Output Properties.',
    })
  }
  return problems
}
