"""The independent checker of certificates: the standard library and the resolved rulebook, no more.

`conditions` says what conditions of rules come to, `owners` who has a status through owners,
`provisions` what follows for provisions, terms and regimes, `checking` whether a certificate shows
all that. No line of it is shared with engines, lowering or ownership. See docs/certificates.md.
"""
