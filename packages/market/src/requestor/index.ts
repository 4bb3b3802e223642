export * from './allocate.ts'
export * from './choose-offers.ts'
export * from './measured-speed.ts'
export * from './plan-funding.ts'
