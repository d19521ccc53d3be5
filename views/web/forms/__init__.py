"""Forms as pages use them: sent, wrong, overtaken by somebody else, kept through signing in."""
