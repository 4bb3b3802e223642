export * from './decide-lending.ts'
export * from './hands-back.ts'
export * from './schedule.ts'
