export function fileFault(error: unknown): string | undefined
