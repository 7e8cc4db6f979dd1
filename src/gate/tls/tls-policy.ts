import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';

/**
 * What the listener speaks from TLS 1.2 on: forward secrecy and authenticated encryption only (RFC 9325 section 4.2),
 * hybrid post-quantum key exchange first (draft-ietf-tls-ecdhe-mlkem). All ciphers are strong, so the client's order
 * decides: telephones without AES in hardware prefer ChaCha20.
 */
export const TLS_POLICY = {
  maxVersion: 'TLSv1.3',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  ecdhCurve: 'X25519MLKEM768:X25519:P-256',
  // Renegotiation lets one client burn the server's CPU (CVE-2011-1473); nothing here needs it.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const satisfies SecureContextOptions;

/** Protocols offered by ALPN (RFC 7301), the preferred one first. */
export const ALPN_PROTOCOLS: readonly string[] = ['h2', 'http/1.1'];
