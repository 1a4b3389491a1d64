"""The cost estimator: answers in, a range with the origin of every figure out.

`estimate` is the whole, `simulate` the bare simulation of lines. Formulas and sources are in docs/estimate.md.
"""

from mlcanvas.domain.estimate.answers import PILOT, UNKNOWN, Stored, accept, known
from mlcanvas.domain.estimate.definition import Questionnaire
from mlcanvas.domain.estimate.estimation import estimate
from mlcanvas.domain.estimate.lines import read_lines
from mlcanvas.domain.estimate.ranges import Triple
from mlcanvas.domain.estimate.rates import Own, Rates, rates_of
from mlcanvas.domain.estimate.reading import Context, Target
from mlcanvas.domain.estimate.record import inputs_of
from mlcanvas.domain.estimate.result import RULE_VERSION, Estimate
from mlcanvas.domain.estimate.simulation import DRAWS, LARGEST_SEED, Limits, Simulation, simulate

__all__ = [
    "DRAWS",
    "LARGEST_SEED",
    "PILOT",
    "RULE_VERSION",
    "UNKNOWN",
    "Context",
    "Estimate",
    "Limits",
    "Own",
    "Questionnaire",
    "Rates",
    "Simulation",
    "Stored",
    "Target",
    "Triple",
    "accept",
    "estimate",
    "inputs_of",
    "known",
    "rates_of",
    "read_lines",
    "simulate",
]
