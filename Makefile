.PHONY: install test lint types format check clean

install:          ## editable install with everything the tests need
	pip install -e '.[test]'

test:
	pytest

lint:
	ruff check .
	ruff format --check .

types:
	mypy

format:
	ruff check --fix .
	ruff format .

check: lint types test   ## what CI runs

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
