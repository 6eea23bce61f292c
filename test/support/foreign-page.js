// What test/e2e/foreign-page.test.ts runs in a page.

/** All ways in which a page can send something; returns what it could read of the responses. */
async function attack(url) {
  const seen = []
  const body = 'Action=CreateQueue&Version=2012-11-05&QueueName=of-a-page'
  const typed = (type) => ({ method: 'POST', body, headers: { 'Content-Type': type } })
  const forms = [typed('text/plain'), typed('application/x-www-form-urlencoded')]
  const simple = [{}, { method: 'POST' }, ...forms]
  const signed = { headers: { Authorization: 'AWS4-HMAC-SHA256 Credential=test/x' } }
  for (const init of [...simple, signed, typed('application/json'), { method: 'DELETE' }])
    await fetch(url, init)
      .then((response) => response.text())
      .then(
        (text) => seen.push(text),
        () => undefined,
      )
  for (const init of simple) await fetch(url, { ...init, mode: 'no-cors' }).catch(() => undefined)
  navigator.sendBeacon(url, body)
  for (const tag of ['img', 'script', 'iframe', 'video'])
    await ending(
      document.body.appendChild(Object.assign(document.createElement(tag), { src: url })),
    )
  const stream = new EventSource(url)
  stream.addEventListener('message', ({ data }) => seen.push(data))
  await ending(stream)
  stream.close()
  const socket = new WebSocket(url.replace('http', 'ws'))
  socket.addEventListener('open', () => seen.push('socket'))
  await ending(socket)
  await submitted(url, body)
  return seen
}

/** Resolves when it has loaded, opened or failed, or after a second. */
function ending(target) {
  return new Promise((done) => {
    for (const event of ['load', 'open', 'close', 'error']) target.addEventListener(event, done)
    setTimeout(done, 1_000)
  })
}

/** A form that is sent from the page, its response in a frame. */
async function submitted(action, name) {
  const frame = Object.assign(document.createElement('iframe'), { name: 'answer' })
  const form = Object.assign(document.createElement('form'), { method: 'post', action })
  Object.assign(form, { target: 'answer', enctype: 'text/plain' })
  form.append(Object.assign(document.createElement('input'), { name, value: 'x' }))
  document.body.append(frame, form)
  form.submit()
  await ending(frame)
}

/** Asks for the list in all ways; returns status and text of those that the page may read. */
async function list(url) {
  const script = Object.assign(document.createElement('script'), { src: url })
  await ending(document.body.appendChild(script))
  const answers = [await fetch(url), await fetch(`${url}?limit=1`)]
  return Promise.all(answers.map(async (each) => [each.status, await each.text()]))
}

/** Holds a conversation in an application; returns status, Location and text of each response. */
async function converse(application) {
  const send = async (method, path, json) => {
    const headers = { 'Content-Type': 'application/json', 'X-Request-Id': 'r' }
    if (method === 'POST') headers['Idempotency-Key'] = path
    const body = json && JSON.stringify(json)
    const response = await fetch(`${application}${path}`, { method, headers, body })
    return [response.status, response.headers.get('Location'), await response.text()]
  }
  return [
    await send('POST', '/chats', { title: 'x' }),
    await send('POST', '/chats/1/messages', { body: 'from a page' }),
    await send('PATCH', '/chats/1/messages/1', { body: 'edited by a page' }),
    await send('GET', '/chats/1/messages/1'),
    await send('DELETE', '/chats/1/messages/1'),
    await send('GET', '/chats/2'),
  ]
}

Object.assign(window, { attack, list, converse })
