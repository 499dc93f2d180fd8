"""Words used alike: what lets two customers who share no word share a topic."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, diags

_TOGETHER = 2
"""Segments in which two terms must meet before it counts."""
_TRUSTED = 5
"""Meetings below which the association is discounted."""
_SHARED = 3
"""Pulls down terms alike by few common neighbours, as rare terms are by chance."""
_KEPT = 8
"""Neighbours of each term."""
STRENGTH = 0.4


def term_neighbours(rows: csr_matrix) -> csr_matrix:
    """How much each term lends to its neighbours, (terms, terms).

    Two terms are neighbours when they keep the same company: the cosine of their rows of
    positive pointwise mutual information within segments (Church and Hanks 1990; Bullinaria
    and Levy 2007). Complaints are short and worded in many ways: without this a topic is a
    wording.

    Args:
        rows: TF-IDF of the sample's segments, (segments, terms).
    """
    present = rows.copy()
    present.data = np.ones_like(present.data)
    meetings = (present.T @ present).tocoo()
    uses = np.asarray(present.sum(axis=0)).ravel()
    apart = (meetings.row != meetings.col) & (meetings.data >= _TOGETHER)
    row, column, count = meetings.row[apart], meetings.col[apart], meetings.data[apart]
    information = np.log(count * rows.shape[0] / (uses[row] * uses[column]))
    information *= np.minimum(1.0, count / _TRUSTED)
    positive = information > 0
    company = csr_matrix(
        (information[positive], (row[positive], column[positive])), shape=meetings.shape
    )
    company = unit_rows(company)
    similar = (company @ company.T).tocsr()
    company.data[:] = 1
    shared = (company @ company.T).tocsr()
    shared.data /= shared.data + _SHARED
    return _strongest(similar.multiply(shared).tocsr())


def spread(rows: csr_matrix, neighbours: csr_matrix) -> csr_matrix:
    """Rows with their terms' neighbours added, of length one again; zero rows stay zero."""
    return unit_rows((rows + STRENGTH * (rows @ neighbours)).tocsr())


def unit_rows(rows: csr_matrix) -> csr_matrix:
    """Each row divided by its Euclidean length; zero rows stay zero. Indices come out sorted."""
    rows.sort_indices()
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scaled = (diags(1 / np.where(lengths > 0, lengths, 1)) @ rows).tocsr()
    scaled.sort_indices()
    return scaled


def _strongest(similar: csr_matrix) -> csr_matrix:
    """The `_KEPT` strongest entries of each row without its diagonal, ties by position."""
    similar.sort_indices()
    rows, columns, values = [], [], []
    for row in range(similar.shape[0]):
        span = slice(similar.indptr[row], similar.indptr[row + 1])
        other = similar.indices[span] != row
        found, strength = similar.indices[span][other], similar.data[span][other]
        order = np.argsort(-np.round(strength, 9), kind="stable")[:_KEPT]
        rows.append(np.full(len(order), row))
        columns.append(found[order])
        values.append(strength[order])
    return csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=similar.shape,
    )
