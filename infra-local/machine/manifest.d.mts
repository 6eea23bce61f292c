type Files = [path: string, size: number][]

export function writeManifest(folder: string, manifest: string): void
export function readManifest(manifest: string): Files | undefined
export function damageIn(folder: string, files: Files): string | undefined
