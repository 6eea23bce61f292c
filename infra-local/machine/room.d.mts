export function lackOfRoom(path: string, needed: number, what: string): string | undefined
