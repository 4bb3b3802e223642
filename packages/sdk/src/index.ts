export type {
  Calibrate,
  Check,
  CheckStrategy,
  Comparison,
  Group,
  InputFile,
  Json,
  LaidInput,
  Part,
  Plan,
  Problem,
  Subtask,
  Verdict,
} from '@golem/protocol'
export type { AppContext, AppDefinition, AppLimits, AppRuntime, Tool, WorkUnits } from './app.ts'
export { AppError } from './app.ts'
export { defineApp } from './define-app.ts'
