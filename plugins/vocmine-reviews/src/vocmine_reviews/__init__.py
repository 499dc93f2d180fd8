"""vocmine source plugin: product, app and place reviews with a rating."""

from vocmine import hookimpl
from vocmine.hookspecs import Register


@hookimpl
def register_sources(register: Register) -> None:
    """Register the source `reviews`."""
    register(
        "reviews",
        "vocmine_reviews.source:ReviewSource",
        summary="Reviews with a rating: Google Play, App Store, shops, any CSV, XLSX or JSON",
    )
