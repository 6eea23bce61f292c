export function isNeeded(version: string): boolean
