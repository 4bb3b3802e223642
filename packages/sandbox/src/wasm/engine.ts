/** A compiled module; opaque. */
export type EngineModule = { readonly __module: never }
export type EngineMemory = { readonly buffer: ArrayBuffer }
type ErrorClass = new (message?: string) => Error

/** The part of the host's WebAssembly that is used here, the same in Node and in a browser. */
type Engine = {
  Module: {
    new (bytes: Uint8Array<ArrayBuffer>): EngineModule
    exports(module: EngineModule): { name: string; kind: string }[]
  }
  Instance: new (
    module: EngineModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
  Memory: new (bounds: { initial: number; maximum: number }) => EngineMemory
  CompileError: ErrorClass
  RuntimeError: ErrorClass
  LinkError: ErrorClass
}

/** Typed here, because neither Node's types nor those of the language name it, and a page's name much else. */
export const engine: Engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly
