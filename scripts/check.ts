import { checks } from './testing/checks.ts'
import { runStep } from './testing/run-step.ts'

// Format, lint, types, boundaries and unused code, without running any test: seconds, for before a commit.
const root = `${import.meta.dirname}/..`
for (const step of checks(root)) {
  const { ok, seconds, output } = await runStep(step, root)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${seconds.toFixed(1)} s)`)
  if (ok) continue
  process.exitCode = 1
  console.log(output)
}
