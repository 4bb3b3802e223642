export { collect } from './collect.ts'
export { createOciSandbox, type OciSandboxComponents, type OciSandboxOptions } from './oci/create-oci-sandbox.ts'
export {
  createWasmSandbox,
  type WasmSandboxComponents,
  type WasmSandboxOptions,
} from './wasm-host/create-wasm-sandbox.ts'
