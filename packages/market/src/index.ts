export * from './requestor/index.ts'
