// Imported first, and written so that even a Node of 2020 can read it.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Node ${process.versions.node} is too old: install Node 20 or newer`)
  process.exit(1)
}
