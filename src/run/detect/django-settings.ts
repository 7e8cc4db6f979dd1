import type { LaunchContext } from './launch.ts';

/** Name of the module that is laid over the project's settings. */
export const OVERLAY = 'gatehouse_django_settings';

/** Without these lines Django takes every request for plain HTTP and refuses every form (CSRF's check of Origin). */
const overlay = (settings: string, publicUrl: string): string => {
  const text = (value: string) => JSON.stringify(value);
  return `"""The settings of this project with what a proxy in front needs. Made for one run and deleted after it."""
from importlib import import_module as _import_module

globals().update({_k: _v for _k, _v in vars(_import_module(${text(settings)})).items() if _k.isupper()})

SECURE_PROXY_SSL_HEADER = globals().get("SECURE_PROXY_SSL_HEADER") or ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [*globals().get("CSRF_TRUSTED_ORIGINS", []), ${text(publicUrl)}]
ALLOWED_HOSTS = [*globals().get("ALLOWED_HOSTS", []), ${text(new URL(publicUrl).hostname)}]
`;
};

interface DjangoSettings {
  env?: Record<string, string>;
  modules?: Record<string, string>;
  why: string[];
}

/**
 * The overlay for a project whose settings are named by the command, by the environment or by the `setdefault` that
 * `startproject` writes; lines to copy where none of them does.
 */
export const djangoSettings = (input: {
  context: LaunchContext;
  /** Value of `--settings`. */
  named: string | undefined;
  /** Text of manage.py, wsgi.py or asgi.py. */
  source: string;
}): DjangoSettings => {
  const { context, source } = input;
  const byDefault = source.match(/setdefault\(\s*["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/)?.[1];
  const name = input.named ?? context.env['DJANGO_SETTINGS_MODULE'] ?? byDefault;
  if (name === undefined || !/^[A-Za-z_][\w.]*$/.test(name)) {
    return {
      why: [
        `Its settings need: SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https"), CSRF_TRUSTED_ORIGINS = ["${context.publicUrl}"], and its host name in ALLOWED_HOSTS.`,
      ],
    };
  }
  return {
    env: { DJANGO_SETTINGS_MODULE: OVERLAY },
    modules: { [OVERLAY]: overlay(name, context.publicUrl) },
    why: [
      `Laid over ${name} for this run: SECURE_PROXY_SSL_HEADER, CSRF_TRUSTED_ORIGINS and ALLOWED_HOSTS with the public address.`,
    ],
  };
};
