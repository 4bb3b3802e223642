// What a command does with a home whose node does not run: one act, asked for as JSON in the one argument.
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { prepareHome } from '../daemon/home.ts'
import { importBackup } from '../keys/import-backup.ts'
import { passwordSource } from '../keys/password.ts'
import { problemOf } from '../problem-of.ts'
import { reportToParent } from '../report.ts'

const path = z.string().refine(isAbsolute, 'is no absolute path')
const request = z.strictObject({ home: path, passwordFile: path.optional(), import: path })

try {
  const { home, passwordFile, import: file } = request.parse(JSON.parse(process.argv[2] ?? ''))
  await prepareHome(home)
  const ready = await importBackup({ home, password: passwordSource(passwordFile) }, file)
  await reportToParent({ ready })
} catch (error) {
  await reportToParent({ problem: problemOf(error) })
  process.exitCode = 1
}
