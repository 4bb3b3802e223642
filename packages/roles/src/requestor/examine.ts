import type { App, Folders, Program, Storage, Store } from '@golem/ports'
import {
  canonicalJson,
  type Estimated,
  estimated,
  GolemError,
  hashText,
  type InputFile,
  type Inspected,
  inspected,
  type Json,
  type LaidInput,
} from '@golem/protocol'

/** Files that name files that name files: libraries of libraries. */
const MAX_ROUNDS = 12
const MAX_INPUTS = 10_000
/** Kinds that no application gets by a file's naming them: keys, wallets, passwords. */
const SECRETS = new Set([
  'key',
  'pem',
  'p12',
  'pfx',
  'jks',
  'ppk',
  'asc',
  'gpg',
  'pgp',
  'kdbx',
  'keystore',
  'wallet',
  'env',
])

type Components = { app: App; program: Program; storage: Storage; store: Store; folders: Folders }
type Request = {
  parameters: Json
  inputs: InputFile[]
  /** The job's own folder for inputs, and the one behind the program's /in. */
  jobInputs: string
  programInputs: string
  /** Seals them, where they are private. */
  contentKey?: Uint8Array
  signal: AbortSignal
}
export type Examination = {
  inspection: Json
  summary: string[]
  inputs: string
  inputBytes: number
  framesPerSecond?: number
}

/**
 * Lays the inputs and whatever they refer to into the job's folder, opens them in the sandbox, and says what is there.
 * The same bytes with the same parameters are examined once.
 *
 * @throws {GolemError} `FILE_MISSING` and the application's own problems, before anything is spent
 */
export async function examine(components: Components, request: Request): Promise<Examination> {
  const { app, folders, storage } = components
  const laid: LaidInput[] = []
  let todo = request.inputs
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    for (const input of todo) laid.push(await lay(components, input, request))
    await folders.linkTree(request.jobInputs, request.programInputs)
    const { cid, sizeBytes } = await storage.addPath(request.jobInputs, sealedBy(request))
    const found = await remembered(components, ['inspected', cid, request.parameters, laid], inspected.parse, () =>
      app.inspect(components.program, { parameters: request.parameters, inputs: laid }, request.signal),
    )
    todo = found.needs.filter((need) => !laid.some((input) => input.as === need.as))
    if (todo.length === 0) {
      refuseProblems(found)
      const { inspection, summary, framesPerSecond } = found
      const rate = framesPerSecond === undefined ? {} : { framesPerSecond }
      return { inspection, summary, ...rate, inputs: cid, inputBytes: sizeBytes }
    }
    if (laid.length + todo.length > MAX_INPUTS) break
  }
  throw new GolemError({
    code: 'INPUTS_TOO_MANY',
    message: `The file refers to more than ${MAX_INPUTS} files, or through more than ${MAX_ROUNDS} libraries.`,
    remedy: 'Pack its textures, or make its linked data local.',
  })
}

/** Measures the work once per file, parameters and program. */
export async function estimateWork(
  components: Components,
  job: { parameters: Json; examination: Examination; signal: AbortSignal },
): Promise<Estimated> {
  const key = ['estimated', job.examination.inputs, job.parameters]
  return remembered(components, key, estimated.parse, () =>
    components.app.estimate(
      components.program,
      { parameters: job.parameters, inspection: job.examination.inspection },
      job.signal,
    ),
  )
}

/** The person named the inputs of the job herself; whatever else is laid, a file named, which anybody may have made. */
async function lay({ app, folders }: Components, input: InputFile, request: Request): Promise<LaidInput> {
  const target = folders.join(request.jobInputs, ...input.as.split('/'))
  const isNamed = request.inputs.includes(input)
  const outcome = await folders.copyFile(input.path, target, isNamed ? undefined : mayTravel(app.draws, request))
  return { ...input, present: outcome === 'copied', withheld: outcome === 'refused' }
}

/** Of a kind that the application draws in, no key, and in no hidden folder but one in which the job's own file lies. */
function mayTravel(draws: readonly string[], { inputs }: Request): (path: string) => boolean {
  const [main] = inputs
  const home = main ? main.path.slice(0, main.path.lastIndexOf('/') + 1) : ''
  return (path) => {
    const names = (path.startsWith(home) ? path.slice(home.length) : path).split('/')
    const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
    return draws.includes(ending) && !SECRETS.has(ending) && !names.some((name) => name.startsWith('.'))
  }
}

const sealedBy = ({ signal, contentKey }: Request) => ({ signal, ...(contentKey === undefined ? {} : { contentKey }) })

async function remembered<T>(
  { app, store }: Components,
  key: unknown,
  parse: (value: unknown) => T,
  make: () => Promise<T>,
): Promise<T> {
  const name = `examined/${hashText(canonicalJson([app.manifestCid, key]))}`
  const known = store.get(name)
  if (known !== null) return parse(JSON.parse(known))
  const made = await make()
  store.commit([{ put: name, value: JSON.stringify(made) }])
  return made
}

function refuseProblems({ problems }: Inspected): void {
  const [first] = problems
  if (!first) return
  throw new GolemError({
    code: first.code,
    message: problems.map(({ message }) => message).join(' '),
    ...(first.remedy === undefined ? {} : { remedy: first.remedy }),
    data: { problems },
  })
}
