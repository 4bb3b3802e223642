export * as routes from './routes.ts'
export * from './schemas.ts'
