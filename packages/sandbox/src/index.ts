export { collect } from './collect.ts'
export { joinSandboxes } from './join-sandboxes.ts'
export { createOciSandbox, type OciSandboxComponents, type OciSandboxOptions } from './oci/create-oci-sandbox.ts'
