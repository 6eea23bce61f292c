import type { Stack } from './stack.ts'
export async function raiseCounters(_stack: Stack, _environment: NodeJS.ProcessEnv): Promise<void> {}
