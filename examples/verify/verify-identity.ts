import { createRemoteJWKSet, jwtVerify } from 'jose';

const { GATEHOUSE_JWKS_URL = '', GATEHOUSE_AUDIENCE = '', GATEHOUSE_ISSUER = '' } = process.env;
const keys = createRemoteJWKSet(new URL(GATEHOUSE_JWKS_URL));

/** The person of a request, checked; rejects for anything that the gate did not sign. */
export const person = async (token: string) => {
  const expected = {
    audience: GATEHOUSE_AUDIENCE,
    issuer: GATEHOUSE_ISSUER,
    algorithms: ['ES256'],
    clockTolerance: 5,
  };
  return (await jwtVerify(token, keys, expected)).payload;
};
