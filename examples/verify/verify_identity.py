import os

import jwt  # pip install "pyjwt[crypto]"

KEYS = jwt.PyJWKClient(os.environ["GATEHOUSE_JWKS_URL"])


def person(headers):
    """The person of a request, checked; raises jwt.InvalidTokenError for anything that the gate did not sign."""
    token = headers["X-Gatehouse-Identity"]
    key = KEYS.get_signing_key_from_jwt(token).key
    audience, issuer = os.environ["GATEHOUSE_AUDIENCE"], os.environ["GATEHOUSE_ISSUER"]
    return jwt.decode(token, key, algorithms=["ES256"], audience=audience, issuer=issuer, leeway=5)
