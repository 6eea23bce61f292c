type Environment = Record<string, string>

export const settings: string[]
export function childEnvironment(own?: NodeJS.ProcessEnv): Environment
export function downloadEnvironment(own?: NodeJS.ProcessEnv): Environment
export function dockerEnvironment(own?: NodeJS.ProcessEnv): Environment
export function ownEnvironment(own?: NodeJS.ProcessEnv): Environment
