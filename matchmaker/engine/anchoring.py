"""Who is tied into the real neighbourhood: a short walk from people who hold a trusted post, along words received.

Strangers who praise each other make many words among themselves and win few from outside. The walk stops before it
leaves through those few. What somebody says of others carries nothing to themselves: a word of one's own neither makes
oneself known nor less known, and nobody becomes known by praising those who are.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]

LOOKS_BACK: Final = 2
"""So often the walk is repeated with words weighed by what it found. Once or three times says much the same."""
AT_HOME: Final = 0.1
"""The walk is at home with whom it warms at least a tenth as much as those whom it warms on average."""


def anchored_share(words: csr_array, seeds: NDArray[np.int64]) -> Floats:
    """How far a short walk from trusted seeds warms each person, as a multiple of what it leaves where it is at home.

    Seeds begin at 1 and all others at 0. At each of ``2 ceil(log2 n)`` steps everybody who was spoken for moves half of
    the way to the mean of those who spoke for them, each weighed by `heard_words`. Then the walk is repeated with every
    word weighed, besides, by how alike the two came out, the lesser over the greater: across a cliff, as around a ring
    of strangers, little passes. A seed has at least 1: its post anchors it.

    What somebody says is in no mean of their own. It can reach them only by changing others who spoke for them.

    Parameters
    ----------
    words : csr_array of shape (n, n)
        Weights >= 0; row speaks of column. What somebody says of themselves is left out.
    seeds : int array
        Rows of those who hold a trusted post.

    Returns
    -------
    array of shape (n,)
        1 is the mean of those with whom the walk is at home; 0 means that nothing is known, which is no reproach.

    Examples
    --------
    >>> chain = csr_array(([1.0, 1.0], ([0, 1], [1, 2])), (3, 3))
    >>> [round(14 * share) for share in anchored_share(chain, np.array([0])).tolist()]
    [16, 15, 11]

    References
    ----------
    Perona, P., Malik, J. (1990). Scale-space and edge detection using anisotropic diffusion: for the cliffs.
    """
    if not len(seeds):
        return np.zeros(words.shape[0])
    heard = heard_words(words)
    warmth = _walked(heard, seeds)
    for _ in range(LOOKS_BACK):
        warmth = _walked(_level(heard, warmth), seeds)
    usual = AT_HOME * float((warmth**2).sum()) / float(warmth.sum())
    # Only where the walk is at home: else a ring could raise everybody's multiple by being large.
    warmth /= float(warmth[warmth >= usual].mean())
    warmth[seeds] = np.maximum(warmth[seeds], 1.0)
    return warmth


def heard_words(words: csr_array) -> csr_array:
    """What each person hears of others' words for them: each counts once, and once more for each who vouches for it.

    That is: for each other who spoke for the same person and knows the speaker, whoever of those two spoke. A circle of
    acquaintances so counts more than as many words of people who know nothing of each other.

    Parameters
    ----------
    words : csr_array of shape (n, n)
        Weights >= 0; row speaks of column.

    Returns
    -------
    csr_array of shape (n, n)
        Row hears column; no diagonal. What somebody says changes no number of their own row.

    Examples
    --------
    >>> words = csr_array(([2.0, 1.0, 1.0], ([0, 1, 1], [2, 2, 0])), (3, 3))
    >>> heard_words(words).toarray().tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [4.0, 2.0, 0.0]]

    Raises
    ------
    ValueError
        Where a weight is below 0.

    References
    ----------
    Benson, A., Gleich, D., Leskovec, J. (2016). Higher-order organization of complex networks: ties weighed by the
    triangles they close.
    """
    if words.nnz and words.data.min() < 0.0:
        raise ValueError("a word has no weight below 0; a bad rating is no word for anyone")
    plain = words.tocoo()
    speaker, of = plain.coords
    kept = (speaker != of) & (plain.data > 0.0)
    heard = csr_array((plain.data[kept], (of[kept], speaker[kept])), words.shape)
    spoke = csr_array((np.ones(heard.nnz), heard.indices, heard.indptr), heard.shape)
    knows = spoke.maximum(spoke.T).tocsr()
    return (heard + heard * (spoke @ knows)).tocsr()


def _level(heard: csr_array, warmth: Floats) -> csr_array:
    """Every word times the lesser warmth of its two people over the greater."""
    entries = heard.tocoo()
    of, speaker = entries.coords
    most = np.maximum(warmth[of], warmth[speaker])
    alike = np.divide(np.minimum(warmth[of], warmth[speaker]), most, out=np.zeros(len(most)), where=most > 0.0)
    return csr_array((entries.data * alike, (of, speaker)), heard.shape)


def _walked(heard: csr_array, seeds: NDArray[np.int64]) -> Floats:
    people = heard.shape[0]
    warmth = np.zeros(people)
    warmth[seeds] = 1.0
    all_heard = np.asarray(heard.sum(axis=1), dtype=np.float64).ravel()
    apart = np.divide(1.0, all_heard, out=np.zeros(people), where=all_heard > 0.0)
    for _ in range(2 * _steps(people)):
        warmth = np.where(all_heard > 0.0, 0.5 * warmth + 0.5 * apart * (heard @ warmth), warmth)
    return warmth


def _steps(people: int) -> int:
    return math.ceil(math.log2(people)) if people > 1 else 0


def sybilrank(words: csr_array, seeds: NDArray[np.int64]) -> Floats:
    """The measure as published: a walk of ``ceil(log2 n)`` steps from the seeds, per unit of degree.

    Parameters
    ----------
    words : csr_array of shape (n, n)
        Symmetric, weights >= 0.
    seeds : int array
        Rows at which the walk starts, evenly; none gives zeros.

    Returns
    -------
    array of shape (n,)
        Shares of the walk per unit of degree; 0 where it did not come, or where there is no word.

    Examples
    --------
    >>> path = csr_array(([1.0, 1.0, 1.0, 1.0], ([0, 1, 1, 2], [1, 0, 2, 1])), (3, 3))
    >>> sybilrank(path, np.array([0])).tolist()
    [0.5, 0.0, 0.5]

    References
    ----------
    Cao, Q., Sirivianos, M., Yang, X., Pregueiro, T. (2012). Aiding the detection of fake accounts (SybilRank).
    """
    people = words.shape[0]
    share = np.bincount(seeds, minlength=people) / max(1, len(seeds))
    degree = np.asarray(words.sum(axis=1), dtype=np.float64).ravel()
    apart = np.divide(1.0, degree, out=np.zeros(people), where=degree > 0.0)
    for _ in range(_steps(people)):
        share = np.where(degree > 0.0, words @ (share * apart), share)
    return share * apart
