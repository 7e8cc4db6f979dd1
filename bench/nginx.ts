import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchFault, type Running, startChild } from './child.ts';

export const NGINX = '/usr/sbin/nginx';
const MODULE = '/usr/lib/nginx/modules/ngx_http_modsecurity_module.so';
const CORE_RULES = '/usr/share/modsecurity-crs/rules';
const RECOMMENDED = '/etc/nginx/modsecurity.conf';
const SETUP = '/etc/modsecurity/crs/crs-setup.conf';

export const hasNginx = (): boolean => existsSync(NGINX);
export const hasCoreRules = (): boolean =>
  hasNginx() && [MODULE, CORE_RULES, RECOMMENDED, SETUP].every((path) => existsSync(path));

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
    server.once('error', reject);
  });

const rulesFile = (directory: string): string => {
  const file = join(directory, 'rules.conf');
  writeFileSync(
    file,
    `Include ${RECOMMENDED}
SecRuleEngine On
SecAuditLog ${directory}/audit.log
Include ${SETUP}
Include ${CORE_RULES}/*.conf
`,
  );
  return file;
};

// One worker, as the others are one process; no access log, which is nginx at its best.
const configuration = (
  directory: string,
  ports: { plain: number; secure: number; upstream: number },
  pem: string,
  rules: string | undefined,
): string => `
daemon off;
master_process on;
worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
${rules ? `load_module ${MODULE};` : ''}
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  keepalive_requests 1000000;
  upstream app { server 127.0.0.1:${ports.upstream}; keepalive 128; keepalive_requests 1000000; }
  map $http_upgrade $connection_field { default upgrade; '' ''; }
  ${rules ? `modsecurity on;\n  modsecurity_rules_file ${rules};` : ''}
  server {
    listen 127.0.0.1:${ports.plain};
    listen 127.0.0.1:${ports.secure} ssl http2;
    ssl_certificate ${pem};
    ssl_certificate_key ${pem};
    ssl_protocols TLSv1.2 TLSv1.3;
    http2_max_concurrent_streams 128;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_field;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 600s;
    }
  }
}
`;

/** Debian's nginx with a configuration of its own in `directory`, with the core rules or without. */
export const startNginx = async (
  directory: string,
  upstream: number,
  pem: string,
  withRules: boolean,
): Promise<{ running: Running; plain: number; secure: number }> => {
  mkdirSync(directory, { recursive: true });
  const [plain, secure] = [await freePort(), await freePort()];
  const file = join(directory, 'nginx.conf');
  const rules = withRules ? rulesFile(directory) : undefined;
  writeFileSync(file, configuration(directory, { plain, secure, upstream }, pem, rules));
  // nginx says nothing when it is ready; the shell says the word, hands its process over, and we ask the port.
  const words = ['-c', 'echo ready; exec "$0" -c "$1" -p "$2"', NGINX, file, directory];
  const running = await startChild('/bin/sh', words);
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`http://127.0.0.1:${plain}/small`).catch(() => undefined);
    if (answer?.status === 200) return { running, plain, secure };
    await sleep(100);
  }
  await running.stop();
  throw new BenchFault(`nginx does not answer; see ${directory}/error.log`);
};
