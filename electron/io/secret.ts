import { randomBytes } from 'node:crypto';

/** 32 random bytes as text that needs no escaping in an address or a cookie. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
