"""Golden numbers for conformal verdicts, from SciPy: p-values, intervals of the false-alarm rate, false discoveries.

    python tests/golden/conformal.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import beta, betabinom, false_discovery_control, percentileofscore

HERE = Path(__file__).parent


def p_values(rng, count):
    """Ties included: the scores are rounded."""
    calibration = np.sort(np.round(rng.normal(size=count), 1).astype(np.float32))
    scores = np.round(rng.normal(1, 2, size=40), 1).astype(np.float32)
    # The share of the calibration that is as high or higher, with the image itself counted among them.
    below = np.array([percentileofscore(calibration, score, kind="strict") for score in scores]) / 100
    values = (count * (1 - below) + 1) / (count + 1)
    return {"calibration": calibration.tolist(), "scores": scores.tolist(), "p_values": values.tolist()}


def intervals(count, rate, tested):
    """`above` of the calibration scores lie above the threshold: as many as there are p-values that keep the promise."""
    above = sum((rank + 1) / (count + 1) <= rate + 1e-12 for rank in range(count + 1)) - 1
    a, b = above + 1, count - above
    return {
        "calibration": count,
        "rate": rate,
        "tested": tested,
        "true_rate": beta.ppf([0.025, 0.975], a, b).tolist(),
        "false_alarms": [int(count) for count in betabinom.ppf([0.025, 0.975], tested, a, b)],
    }


def discoveries(rng, count, anomalies, rate):
    """The number of p-values that Benjamini and Hochberg's procedure flags."""
    values = np.concatenate([rng.uniform(size=count - anomalies), rng.uniform(0, 0.01, size=anomalies)])
    values = np.ceil(values * 400) / 401
    flagged = values[false_discovery_control(values, method="bh") <= rate + 1e-12]
    return {"p_values": values.tolist(), "rate": rate, "flagged": len(flagged)}


def main():
    rng = np.random.default_rng(11)
    golden = {
        "p_values": [p_values(rng, count) for count in (1, 19, 200)],
        "intervals": [
            intervals(count, rate, tested)
            for count, rate, tested in [(19, 0.05, 400), (30, 0.05, 400), (39, 0.05, 1000), (200, 0.01, 50), (1000, 0.2, 7)]
        ],
        "discoveries": [
            discoveries(rng, count, anomalies, rate)
            for count, anomalies, rate in [(50, 0, 0.1), (50, 10, 0.1), (200, 40, 0.05), (200, 3, 0.2), (1, 1, 0.05)]
        ],
    }
    (HERE / "conformal.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
