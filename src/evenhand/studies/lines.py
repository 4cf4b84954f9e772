"""A gate's result as lines for a person at a terminal."""

from collections.abc import Iterator

from evenhand.studies.gate import Check, GateResult


def lines_of(result: GateResult) -> Iterator[str]:
    """Yield the result as a table, with what is below it."""
    yield f"panel {result.panel} ({result.version[:12]}) on pack {result.pack[:12]}"
    yield result.label
    wide = max(len(check.says) for check in result.checks)
    head = f"{'':7}{'':{wide}}  {'asked':<16}{'got':>8}  90 % interval"
    yield head + ("  before" if result.before is not None else "")
    for check in result.checks:
        yield _row(check, wide, result)
    figure = result.figures
    yield (
        f"raters among themselves: r {number(figure['raters_r'])}, "
        f"kappa {number(figure['raters_kappa'])}; rho {number(figure['spearman'])}, "
        f"tau-b {number(figure['tau_b'])}, mean width {number(figure['width'])}"
    )
    for band, one in result.bands.items():
        yield (
            f"  kappa {band:<8} panel {number(one['panel'])}  raters {number(one['raters'])}  "
            f"abstained {number(one['abstained'], '.0%')}"
        )
    for name, one in result.dimensions.items():
        yield (
            f"  {name:<24} r {number(one['r'])}  bias {number(one['bias'], '+.2f')}  "
            f"abstained {number(one['abstained'], '.0%')}"
        )
    for name, one in result.judges.items():
        yield (
            f"  judge {name:<24} asked {number(one['asked'], '.0f')}, abstained "
            f"{number(one['abstained'], '.0%')}, r {number(one['r'])}, "
            f"bias {number(one['bias'], '+.2f')}, without a quote "
            f"{number(one['ungrounded'], '.0%')}"
        )
    yield "marks, kappa with the raters and how often the panel could tell"
    for name, one in result.indicators.items():
        yield f"  {name:<40} {number(one['kappa']):>6}  {number(one['told'], '.0%'):>5}"
    yield (
        f"seconds an answer: {number(figure['seconds_p50'], '.3f')} (p50), "
        f"{number(figure['seconds_p99'], '.3f')} (p99); cost an answer: "
        f"{number(figure['cost_per_answer'], '.5f')} (whole run "
        f"{number(figure['cost_in_all'], '.5f')})"
    )
    yield from _who_moves(result)
    failed = [check.code for check in result.checks if not check.passed]
    yield "passed" if not failed else f"FAILED: {', '.join(failed)}"


def number(value: float | None, form: str = ".3f") -> str:
    """Return a figure in a form; a dash where it is not defined.

    >>> number(0.9), number(None)
    ('0.900', '–')
    """
    return "–" if value is None else format(value, form)


def _row(check: Check, wide: int, result: GateResult) -> str:
    mark = "met" if check.passed else "MISSED"
    between = "" if check.low is None else f"{number(check.low)} to {number(check.high)}"
    row = f"{mark:<7}{check.says:<{wide}}  {check.asked:<16}{number(check.got):>8}  {between:<15}"
    if result.before is not None:
        row += f"{number(result.before.get(check.code)):>6}"
    if check.where:
        few = "too few levels: " if check.got is None else ""
        row += f"  ({few}{', '.join(check.where)})"
    return row.rstrip()


def _who_moves(result: GateResult) -> Iterator[str]:
    if result.against is None:
        return
    name, version = result.against
    people = len({flip.candidate for flip in result.flips})
    yield (
        f"against {name} ({version[:12]}): {people} of {result.compared} golden authors, who stand "
        "in for candidates, would change sides of the bar"
    )
    for flip in result.flips:
        yield (
            f"  {flip.candidate:<8} {flip.dimension:<24} {flip.before:.2f} -> {flip.after:.2f}  "
            f"P(at or above) {flip.p_before:.2f} -> {flip.p_after:.2f}"
        )
