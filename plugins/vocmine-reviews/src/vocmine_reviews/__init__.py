"""vocmine source plugin: product, app and place reviews with a rating, and surveys."""

from vocmine import hookimpl
from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"


@hookimpl
def register_sources(register: Register) -> None:
    """Register the source `reviews`."""
    register(
        "reviews",
        "vocmine_reviews.source:ReviewSource",
        summary="Reviews and surveys: Google Play, App Store, Qualtrics, forms, any rated table",
    )
