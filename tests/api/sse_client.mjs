// Listens with graphql-sse's client in distinct connections mode, and prints each answer as a line of JSON.
import { createClient } from 'graphql-sse';

const [url, cookie, query, resumes] = process.argv.slice(2);
let last = '';
const client = createClient({
  url,
  retryAttempts: 1000,
  retry: () => new Promise((resolve) => setTimeout(resolve, 100)),
  headers: () => (resumes === 'resumes' && last ? { cookie, 'last-event-id': last } : { cookie }),
  on: { connected: (reconnected) => console.log(JSON.stringify({ connected: true, reconnected })) },
});
client.subscribe({ query }, {
  next: (answer) => {
    last = answer.extensions.lastEventId;
    console.log(JSON.stringify(answer.data));
  },
  error: (error) => { console.error(error); process.exit(1); },
  complete: () => process.exit(0),
});
