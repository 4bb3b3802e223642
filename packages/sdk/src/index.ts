export type {
  AppContext,
  AppDefinition,
  AppLimits,
  Group,
  InputFile,
  Json,
  LaidInput,
  Part,
  Plan,
  Problem,
  Subtask,
  ToolProbe,
  Verdict,
  WorkUnits,
} from './app.ts'
export { AppError } from './app.ts'
export { defineApp } from './define-app.ts'
