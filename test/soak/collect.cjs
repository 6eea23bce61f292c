// Loaded into each function's process by NODE_OPTIONS (run.ts). At SIGUSR2 it collects what is not
// reachable, and writes what is left, in bytes, to a file of its process id.
const { writeFileSync, renameSync } = require('node:fs')
const { join } = require('node:path')
const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

const file = join(process.env.SOAK_FOLDER, String(process.pid))
process.on('SIGUSR2', () => {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  writeFileSync(`${file}.half`, String(heapUsed + external))
  renameSync(`${file}.half`, file)
})
// Without the listener the signal would end the process.
writeFileSync(`${file}.listens`, '')
