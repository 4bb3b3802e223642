export * as routes from './routes/index.ts'
export * from './schemas/index.ts'
