"""Golden numbers for the metrics, from scikit-learn, on random, tied and degenerate scores.

Label 1 is the anomaly and a high score means anomalous. Every score is exactly representable in float32.

    python tests/golden/metrics.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

HERE = Path(__file__).parent


def equal_error_rate(fpr, tpr):
    """The false positive rate where it equals 1 - TPR, linear between the points of the ROC curve.

    FPR - (1 - TPR) rises strictly along the curve, from -1 to 1, so the crossing is unique.
    """
    return float(np.interp(0.0, fpr + tpr - 1.0, fpr))


def best_f1(labels, scores):
    """The largest F1 of "score >= t is an anomaly" over the scores as thresholds, and the largest such t."""
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    best = max(zip(f1[:-1], thresholds))
    return float(best[0]), float(best[1])


def case(name, labels, scores):
    """One case with its golden numbers. The first ROC threshold, infinity, is null."""
    labels, scores = np.asarray(labels), np.asarray(scores, np.float32).astype(np.float64)
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    f1, f1_threshold = best_f1(labels, scores)
    return {
        "name": name,
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "roc_auc": float(roc_auc_score(labels, scores)),
        "average_precision": float(average_precision_score(labels, scores)),
        "equal_error_rate": equal_error_rate(fpr, tpr),
        "best_f1": f1,
        "best_f1_threshold": f1_threshold,
        "roc": {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": [None, *thresholds[1:].tolist()]},
    }


def error(name, labels, scores):
    """A case with no answer: it must be an error. NaN and infinity are the strings "NaN" and "Infinity"."""
    return {"name": name, "labels": labels, "scores": scores, "error": True}


def cases():
    rng = np.random.default_rng(7)
    labels = lambda count, share=0.5: rng.permutation(np.arange(count) < max(1, count * share)).astype(int)
    y = labels(200, 0.3)
    yield case("random", y, rng.random(200))
    y = labels(150, 0.4)
    yield case("informative", y, rng.normal(y, 1.0))
    y = labels(120, 0.1)
    yield case("informative, few anomalies", y, rng.normal(1.5 * y, 1.0))
    y = labels(200)
    yield case("many ties", y, np.round(rng.normal(y, 1.5)))
    y = labels(60)
    yield case("two values", y, (rng.random(60) < 0.3 + 0.4 * y).astype(float))
    yield case("all scores equal", [0, 1, 0, 1, 1, 0, 0, 0], [0.5] * 8)
    yield case("all scores zero", [1, 0, 0, 1, 0, 0, 0, 0], [0.0] * 8)
    y = labels(20)
    yield case("perfect separation", y, y + 0.5 * rng.random(20))
    yield case("perfect separation but for one shared value", [0, 0, 0, 0, 1, 1, 1, 1], [0, 1, 2, 3, 3, 4, 5, 6])
    y = labels(20)
    yield case("reversed", y, -y + 0.5 * rng.random(20))
    yield case("one positive, highest", [0] * 9 + [1], np.arange(10) / 8)
    yield case("one positive, in the middle", [0, 0, 0, 0, 1, 0, 0, 0, 0], np.arange(9) / 8)
    yield case("one positive, lowest", [1] + [0] * 9, np.arange(10) / 8)
    yield case("one negative, in the middle", [1, 1, 1, 1, 0, 1, 1, 1, 1], np.arange(9) / 8)
    yield case("two samples", [0, 1], [0.25, 0.75])
    yield case("two samples, reversed", [0, 1], [0.75, 0.25])
    yield case("two samples, tied", [1, 0], [0.25, 0.25])
    y = labels(64)
    yield case("extreme magnitudes", y, 10.0 ** rng.uniform(-30, 30, 64))
    y = labels(64)
    yield case("extreme magnitudes, both signs", y, rng.choice([-1, 1], 64) * 10.0 ** rng.uniform(-30, 30, 64))
    y = labels(40)
    yield case("neighbouring float32", y, np.float32(1) + rng.integers(0, 8, 40) * np.float32(2**-23))
    half = rng.random(25)
    yield case("every score in both classes", [0] * 25 + [1] * 25, np.concatenate([half, half]))
    yield case("duplicates across classes", [0, 1, 0, 1, 1, 0, 1, 0, 0, 1], [1, 1, 2, 2, 2, 3, 3, 4, 5, 5])
    yield case("zero and minus zero", [0, 1, 1, 0], [0.0, -0.0, 0.0, -0.0])

    yield error("empty", [], [])
    yield error("normals only", [0, 0, 0], [0.1, 0.2, 0.3])
    yield error("anomalies only", [1, 1, 1], [0.1, 0.2, 0.3])
    yield error("one sample", [1], [0.5])
    yield error("more scores than labels", [0, 1], [0.1, 0.2, 0.3])
    yield error("more labels than scores", [0, 1, 1], [0.1, 0.2])
    yield error("a score is not a number", [0, 1, 0, 1], [0.1, "NaN", 0.2, 0.3])
    yield error("a score is infinite", [0, 1, 0, 1], [0.1, "Infinity", 0.2, 0.3])


def main():
    path = HERE / "metrics.json"
    rows = [json.dumps(row, allow_nan=False) for row in cases()]
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n")
    print(f"{path.name}: {len(rows)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
