// Adds jobs that are due in the same second to a queue of Bull, processes them, and prints a report as JSON.
//
// Usage: node burst.js SOCKET JOBS SECONDS_AHEAD CALL_MILLISECONDS CONCURRENCY

import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import Queue from 'bull'

const MAX_BULK = 1000
const QUIET_MILLISECONDS = 500 // before the jobs are due, when the measurement of the CPU time begins

const [socket] = process.argv.slice(2)
const [jobs, ahead, callMilliseconds, concurrency] = process.argv.slice(3).map(Number)
const now = () => performance.timeOrigin + performance.now()

const posts = new Queue('posts', { redis: { path: socket } })
const calls = []
const allRecorded = new Promise((resolve, reject) => {
  let recorded = 0
  posts.on('completed', () => {
    recorded += 1
    if (recorded === jobs) resolve(now())
  })
  posts.on('failed', (_job, error) => reject(error))
  posts.on('error', reject)
})

posts.process(concurrency, async () => {
  const began = now()
  await wait(callMilliseconds)
  calls.push([began, now()])
})

const begun = now()
const due = Math.floor(begun / 1000 + ahead) * 1000
for (let first = 0; first < jobs; first += MAX_BULK) {
  const numbers = Array.from({ length: Math.min(MAX_BULK, jobs - first) }, (_, index) => first + index)
  await posts.addBulk(
    numbers.map((number) => ({
      data: { postId: `post-${number}` },
      opts: { delay: due - Date.now(), attempts: 3, backoff: { type: 'exponential', delay: 5000 } },
    })),
  )
}
const added = now() - begun
const quiet = due - QUIET_MILLISECONDS - now()
if (quiet < 0) throw new Error(`The jobs were added ${Math.round(-quiet)} ms too late.`)
await wait(quiet)

const before = await cpuSeconds()
const recorded = await allRecorded
const after = await cpuSeconds()
console.log(JSON.stringify({ due, added, calls, recorded, cpuSeconds: after - before }))
await posts.close()

// Returns the CPU seconds that this process and Redis have used.
async function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  const info = await posts.client.info('cpu')
  const redis = [...info.matchAll(/^used_cpu_(?:sys|user)(?:_children)?:([\d.]+)/gm)]
  return (user + system) / 1e6 + redis.reduce((sum, [, seconds]) => sum + Number(seconds), 0)
}
