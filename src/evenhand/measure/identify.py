"""What a set of ratings cannot tell apart, said in words."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from evenhand.measure.components import Components
from evenhand.measure.table import Flags, Index, Table


def anchors(table: Table) -> int:
    """Count the answers, by dimension, that both a model and a human rated."""
    answer = _answers(table)
    return len(np.intersect1d(answer[table.model], answer[~table.model]))


def remarks(table: Table, start: Components) -> tuple[str, ...]:
    """Say which facets rest on the priors because the ratings do not show them."""
    found: list[str] = []
    model, human = table.model, ~table.model
    answer = _answers(table)
    judges = len(np.unique(table.rater[model]))
    if not human.any():
        found.append(
            "no human rated: the judges' severity is relative to the panel, and levels compare "
            "these candidates with each other and with no outside standard"
        )
    elif model.any() and not anchors(table):
        found.append(
            "no human rated an answer that a model rated: the panel is tied to the human scale "
            "only through people whom both rated; double-score some answers"
        )
    if (groups := _groups(table)) > 1:
        found.append(
            f"the raters fall into {groups} groups without a candidate in common: whether one group"
            " is stricter or met weaker people cannot be told apart"
        )
    if judges == 1:
        found.append(
            "one model judge: the error that judges share and its own cannot be told apart"
        )
    if model.any() and not _repeats(answer[human]) and not anchors(table):
        found.append(
            "no answer has two kinds of rater or two humans: how good an answer was and how it was "
            "misread cannot be told apart"
        )
    if human.any():
        found += _human_remarks(table, human, answer)
    asked = dict.fromkeys(start.dimensions, 0)
    for _, dimension in table.cells:
        asked[dimension] += 1
    if unrated := [name for name, tasks in asked.items() if tasks == 0]:
        found.append(f"nobody was rated on {', '.join(unrated)}: known from other dimensions alone")
    if single := [name for name, tasks in asked.items() if tasks == 1]:
        found.append(
            f"one question only on {', '.join(single)}: how hard it is counts as the population's "
            "level"
        )
    return tuple(found)


def _human_remarks(table: Table, human: Flags, answer: Index) -> list[str]:
    found = []
    person_rater = table.candidate * len(table.raters) + table.rater
    seen_once = np.bincount(
        np.unique(person_rater[human]) % len(table.raters), minlength=len(table.raters)
    )
    lonely = int((seen_once == 1).sum())
    if lonely:
        found.append(
            f"{lonely} human raters met one candidate only: their severity and that halo cannot be "
            "told apart"
        )
    if int((seen_once > 0).sum()) == 1:
        found.append("one human rater: the level of the scale is that person's")
    if not _repeats(answer[human]) and not table.model.any():
        found.append(
            "no answer has two human raters: how good an answer was and a rater's error cannot be "
            "told apart"
        )
    return found


def _groups(table: Table) -> int:
    """Count the sets of raters and candidates between which no rating runs (Linacre's subsets)."""
    people, raters = len(table.candidates), len(table.raters)
    size = people + raters
    met = (np.ones(len(table.level)), (table.candidate, people + table.rater))
    return int(connected_components(csr_array(met, shape=(size, size)), directed=False)[0])


def _answers(table: Table) -> Index:
    return np.asarray(table.candidate * len(table.cells) + table.cell, dtype=np.intp)


def _repeats(codes: Index) -> bool:
    return len(np.unique(codes)) < len(codes)
