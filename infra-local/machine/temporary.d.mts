export function isPlain(path: string): boolean
export function temporaryFolder(own?: NodeJS.ProcessEnv): string | undefined
