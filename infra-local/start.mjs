import { begin, install, runTypeScript } from './machine/node24.mjs'

const help = `npm start             starts the whole system on this machine: http://localhost:3000; Ctrl-C stops it
npm run reset         removes the data it stored (stop it first)

Environment, all optional:
  PORT                port of the API (3000)
  AWS_ENDPOINT_URL    a LocalStack-compatible endpoint to use instead of starting one
  MYSQL_URL           mysql://user:password@host:port/database, MySQL 8, instead of starting one
  OPENSEARCH_URL      http://host:port, OpenSearch 2 or 3, instead of starting one
  CHAT_DOCKER=off     start the engines as plain processes also where Docker answers
  FUNCTIONS_HOST      the name by which functions of a given endpoint reach this machine (127.0.0.1)
  OPERATOR_KEY_SHA256 hash of the key that creating applications needs (open without it)
  CHAT_SETTINGS       limits as cdk deploy takes them with -c: 'ratePerSecond=5 rateBurst=10'
  CHAT_STACK          name of the stack, its data are in .local/<name> (dev)
  CHAT_QUICK_QUEUE=on replace MiniStack's FIFO queue by one that stays quick with tens of thousands of messages`

await begin(async () => {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    console.log(help)
    return 0
  }
  await install()
  return runTypeScript(
    args.includes('--reset') ? 'infra-local/reset.ts' : 'infra-local/start-stack.ts',
    [],
  )
})
