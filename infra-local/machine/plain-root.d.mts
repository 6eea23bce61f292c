export const root: string
export const projectRoot: string
export function linkTo(folder: string, place?: string): string
export function plain(path: string): string
