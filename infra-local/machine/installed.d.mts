export function lackOfInstall(root: string): string | undefined
export function noteInstall(root: string): void
