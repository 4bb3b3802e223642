import { type EngineMemory, type EngineModule, engine } from './engine.ts'
import { MalformedModule } from './module/byte-reader.ts'
import { type ConfinedModule, confineModule } from './module/confine-module.ts'

/** A module that may run here, compiled. */
export type LoadedModule = {
  readonly compiled: EngineModule
  readonly memory: ConfinedModule['memory']
  /** A memory that an instance has left, as large as the next one needs it. */
  spare: EngineMemory | null
}

/** Why a module does not run here, for people. */
export class ModuleRefused extends Error {}

/** Compiles a module, confined. @throws {ModuleRefused} */
export function loadModule(
  bytes: Uint8Array,
  options: { memoryBytes: number; imports: ReadonlySet<string> },
): LoadedModule {
  try {
    const confined = confineModule(bytes, options)
    const compiled = new engine.Module(confined.bytes)
    const exported = engine.Module.exports(compiled)
    if (!exported.some(({ name, kind }) => name === '_start' && kind === 'function'))
      throw new MalformedModule('it exports no "_start": it is no program of WASI')
    return { compiled, memory: confined.memory, spare: null }
  } catch (cause) {
    if (!(cause instanceof MalformedModule || cause instanceof engine.CompileError)) throw cause
    throw new ModuleRefused(`The module cannot run here: ${cause.message.replace(/^WebAssembly\.Module\(\): /, '')}.`)
  }
}
