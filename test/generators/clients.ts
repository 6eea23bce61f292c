import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  document,
  generated,
  made,
  type Need,
  npmExec,
  preparePython,
  python,
  run,
} from './machine.ts'

/** A generator, and what is tried with it. Each function throws with what went wrong. */
export interface Client {
  name: string
  needs: readonly Need[]
  /** Makes the client and compiles it, or lints the document. */
  make(): void
  /** Lets the client hold a conversation with the stack at `url` (conversations/). */
  talk?(url: string): void
}

const typescript = 'typescript@5.9.3'
const conversation = (file: string): string => join(import.meta.dirname, 'conversations', file)
/** Puts a conversation among the sources of a client, with which it is compiled. */
function addConversation(file: string, folder: string, name: string): void {
  mkdirSync(folder, { recursive: true })
  copyFileSync(conversation(file), join(folder, name))
}

export const clients: readonly Client[] = [
  {
    name: 'openapi-generator python',
    needs: ['java', 'maven', 'python'],
    make() {
      preparePython()
      run(generated('python'), python, '-m', 'compileall', '-q', '.')
    },
    talk: (url) => void run(made, python, conversation('python.py'), join(made, 'python'), url),
  },
  {
    name: 'openapi-generator go',
    needs: ['java', 'maven', 'go'],
    make() {
      const folder = generated('go', '--git-user-id', 'chat', '--git-repo-id', 'client')
      addConversation('go.go', join(folder, 'conversation'), 'main.go')
      run(folder, 'go', 'build', './...')
    },
    talk: (url) => void run(join(made, 'go'), 'go', 'run', './conversation', url),
  },
  {
    name: 'openapi-generator typescript-fetch',
    needs: ['java', 'maven'],
    make() {
      const folder = generated('typescript-fetch', '-p', 'importFileExtension=.js')
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n')
      const target = ['--target', 'es2022', '--lib', 'es2022,dom', '--module', 'nodenext']
      npmExec(folder, [typescript], 'tsc', '--strict', ...target, '--outDir', 'out', 'index.ts')
    },
    talk(url) {
      const compiled = join(made, 'typescript-fetch', 'out')
      run(made, process.execPath, conversation('typescript-fetch.mjs'), compiled, url)
    },
  },
  {
    name: 'openapi-generator java',
    needs: ['java', 'maven'],
    make() {
      const folder = generated('java', '--library', 'native')
      addConversation('Conversation.java', join(folder, 'src/main/java'), 'Conversation.java')
      const goals = ['compile', 'dependency:build-classpath', '-Dmdep.outputFile=classpath']
      run(folder, 'mvn', '--batch-mode', '--quiet', '-Dmaven.test.skip=true', ...goals)
    },
    talk(url) {
      const folder = join(made, 'java')
      const others = readFileSync(join(folder, 'classpath'), 'utf8')
      run(folder, 'java', '-cp', `target/classes:${others}`, 'Conversation', url)
    },
  },
  {
    name: 'openapi-python-client',
    needs: ['python'],
    make() {
      preparePython()
      const output = join(made, 'openapi-python-client', 'chat_client')
      mkdirSync(join(made, 'openapi-python-client'))
      const generate = ['generate', '--path', document, '--output-path', output, '--meta', 'none']
      const said = run(made, python, '-m', 'openapi_python_client', ...generate)
      // It leaves out what it cannot make, and ends well.
      if (/warning|unable|error/i.test(said)) throw new Error(said)
      run(made, python, '-m', 'compileall', '-q', output)
    },
    talk(url) {
      const folder = join(made, 'openapi-python-client')
      run(made, python, conversation('openapi_python_client.py'), folder, url)
    },
  },
  {
    name: 'openapi-typescript',
    needs: [],
    make() {
      const packages = ['openapi-typescript@7.13.0', typescript]
      npmExec(made, packages, 'openapi-typescript', document, '-o', 'api.ts')
      npmExec(made, [typescript], 'tsc', '--strict', '--noEmit', 'api.ts')
    },
  },
  {
    name: 'redocly',
    needs: [],
    make: () => void npmExec(made, ['@redocly/cli@2.77.0'], 'redocly', 'lint', document),
  },
  {
    name: 'spectral',
    needs: [],
    make() {
      const rules = join(made, 'spectral.json')
      writeFileSync(rules, '{"extends":["spectral:oas"]}\n')
      const lint = ['lint', document, '-r', rules]
      npmExec(made, ['@stoplight/spectral-cli@6.16.3'], 'spectral', ...lint)
    },
  },
]
