export const root: string
export const projectRoot: string
export function isPlain(path: string): boolean
export function linkTo(folder: string, place?: string): string
export function plain(path: string): string
