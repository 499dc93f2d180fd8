"""`python -m vocmine`."""

from vocmine.cli import main

main()
