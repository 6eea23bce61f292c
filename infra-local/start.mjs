import './machine/old-node.mjs'

const help = `npm start        starts the whole system on this machine, http://localhost:3000; Ctrl-C stops it
npm run reset    removes the data that it stored; stop it first

npm start -- --host NAME   serves requests for this host, too, as a tunnel or a proxy of yours
                           sends them; may be given more than once

Environment, all optional:
  PORT                 port of the API (default: 3000)
  AWS_ENDPOINT_URL     a LocalStack-compatible endpoint, instead of starting one
  MYSQL_URL            mysql://user:password@host:port/database of a MySQL 8, instead of starting
                       one
  OPENSEARCH_URL       http://host:port of an OpenSearch 2 or 3, instead of starting one
  CHAT_DOCKER=off      start the engines as plain processes, also where Docker runs
  CHAT_MYSQL_TLS=on    connections to a MySQL that is started as a process are by TLS, and its
                       certificate is checked, as on AWS
  FUNCTIONS_HOST       the name by which the functions of a given endpoint reach this machine
                       (default: 127.0.0.1)
  OPERATOR_KEY_SHA256  hash of the key that creating applications needs (default: no key)
  CHAT_HOSTS           hosts as --host names them, with commas between them
  CHAT_SETTINGS        limits as cdk deploy takes them with -c: 'ratePerSecond=5 rateBurst=10'
  CHAT_STACK           name of the stack (default: dev); its data are in .local/<name>
  CHAT_QUICK_QUEUE=on  replace MiniStack's FIFO queue by one that stays quick while tens of
                       thousands of messages wait`

/** The values of `--host NAME` and `--host=NAME`; one that is missing is empty. */
const hostsIn = (args) =>
  args.flatMap((arg, i) => {
    if (arg === '--host') return [args[i + 1]?.replace(/^-.*/, '') ?? '']
    return arg.startsWith('--host=') ? [arg.slice('--host='.length)] : []
  })

// Not a static import: what an old Node does not know there would fail before the line about it.
void import('./machine/node24.mjs').then(({ begin, runTypeScript }) =>
  begin(help, async (args) => {
    const hosts = hostsIn(args)
    if (hosts.includes('')) {
      console.error('--host needs a name: npm start -- --host chat.example')
      return 1
    }
    process.env.CHAT_HOSTS = [process.env.CHAT_HOSTS ?? '', ...hosts].join(',')
    const main = args.includes('--reset') ? 'reset.ts' : 'start-stack.ts'
    return runTypeScript(`infra-local/${main}`, [])
  }),
)
