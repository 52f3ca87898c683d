"""How well a request fits what its buyer looks for, 1..1000, with the reasons. Pure: figures in, figures out.

`words` turns text into words (it loads the Korean analyser), `fit` compares demands and offers that are words already,
`weights` says what counts how much, `score` is the result with its terms.
"""
