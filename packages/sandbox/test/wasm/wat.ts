import wabt from 'wabt'

const ready = wabt()

/** The binary of a module in WebAssembly's text format; not validated, so that bad ones can be made too. */
export async function wat(
  text: string,
  features: Parameters<Awaited<typeof ready>['parseWat']>[2] = {},
): Promise<Uint8Array> {
  const module = (await ready).parseWat('module.wat', text, features)
  try {
    return module.toBinary({ canonicalize_lebs: true }).buffer
  } finally {
    module.destroy()
  }
}
