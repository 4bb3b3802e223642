export { collect } from './collect.ts'
export { createOciSandbox, type OciSandboxComponents, type OciSandboxOptions } from './oci/create-oci-sandbox.ts'
