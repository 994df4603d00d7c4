"""The independent checker of certificates: the standard library and the resolved rulebook, no more.

`values` and `conditions` say what conditions of rules come to; `texts`, `provisions`, `naming` and
`terms` what follows for each claim, `owners` who has a status through owners, `regimes` what a
regime says; `checking` whether a certificate shows all that. No line of it is shared with engines,
lowering or ownership. See docs/certificates.md.
"""
