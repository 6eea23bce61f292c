type Environment = Record<string, string>

export const settings: string[]
export function hasProxy(own?: NodeJS.ProcessEnv): boolean
export function childEnvironment(own?: NodeJS.ProcessEnv): Environment
export function downloadEnvironment(own?: NodeJS.ProcessEnv): Environment
export function dockerEnvironment(own?: NodeJS.ProcessEnv): Environment
export function ownEnvironment(own?: NodeJS.ProcessEnv): Environment
