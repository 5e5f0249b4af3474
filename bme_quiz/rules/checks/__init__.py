"""The checker: rules with codes that prove a bank against its article and lint its writing.

:func:`bme_quiz.rules.checks.run.check` runs them; each rule's docstring is its documentation.
"""
