"""BME Quiz: a quiz and flashcard package that answers every option from the article."""

__version__ = "0.1.0"
