export * from './gas-worth.ts'
export * from './lending/index.ts'
export * from './provider/index.ts'
export * from './requestor/index.ts'
