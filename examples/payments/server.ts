/**
 * A live payments dashboard with no protection of its own, as most dashboards are. Start it behind the gate:
 *
 *     gatehouse run -- node examples/payments/server.ts
 */
import { createApp } from './app.ts';

const host = process.env['HOST'] ?? '127.0.0.1';
const port = Number(process.env['PORT'] ?? 8700);
const app = createApp(Number(process.env['SEED'] ?? 20_260));

app.server.on('error', (error) => {
  console.error(`payments: cannot listen on ${host}:${port}: ${error.message}`);
  process.exit(1);
});
app.server.listen(port, host, () => {
  console.log(`payments: listening on http://${host}:${port}`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    app.close();
    setTimeout(() => process.exit(0), 300).unref();
  });
}
