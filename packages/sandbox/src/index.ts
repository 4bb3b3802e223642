export { collect } from './collect.ts'
export { createOciSandbox, type OciSandboxComponents, type OciSandboxOptions } from './oci/create-oci-sandbox.ts'
export { buildLayout, copyLayout, type ImageBuild } from './oci/images/write-layout.ts'
export { DISK_RESERVE_BYTES } from './oci/measure-disk.ts'
export { startTicks } from './oci/start-ticks.ts'
export { createClamScanner, SCAN_MODES, type ScanMode } from './scan/create-clam-scanner.ts'
export {
  createWasmSandbox,
  type WasmSandboxComponents,
  type WasmSandboxOptions,
} from './wasm-host/create-wasm-sandbox.ts'
