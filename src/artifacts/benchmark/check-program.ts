/** benchmark/check.py: Python's standard library only, so that the image and any host can run it. No plan is in it. */
export const CHECK_PROGRAM = `"""Compares a result of "vllm bench serve" with what the plan expects.

    python3 check.py RESULT LIMITS

Ends with 0 when all is as planned or better, 1 when something is worse, 2 when a file cannot be read.
"""

import json
import math
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


def number(result, key):
    """None for what is missing or no finite number."""
    value = result.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) else None


def judge(check, value):
    low, high = check["low"], check["high"]
    if value is None:
        return "FAILED"
    if high is not None and value > high:
        return "FAILED" if check["worse"] == "above" else "better"
    if low is not None and value < low:
        return "FAILED" if check["worse"] == "below" else "better"
    return "ok"


def planned(check):
    low, high = check["low"], check["high"]
    if low is None:
        return "at most %g" % high
    if high is None:
        return "at least %g" % low
    return "%g to %g" % (low, high)


def main(result_path, limits_path):
    result, limits = read(result_path), read(limits_path)
    completed = number(result, "completed")
    answered = "ok" if completed == limits["requests"] else "FAILED"
    print("%-7s %g of %d requests answered" % (answered, completed or 0, limits["requests"]))
    verdicts = [answered]
    for check in limits["checks"]:
        value = number(result, check["key"])
        verdict = judge(check, value)
        verdicts.append(verdict)
        text = "missing" if value is None else "%.4g %s" % (value, check["unit"])
        print("%-7s %-28s %-16s planned: %s (%s)" % (verdict, check["name"], text, planned(check), check["because"]))
    if "better" in verdicts:
        print("Better than the forecast: plan again with what was measured to make use of it.")
    return 1 if "FAILED" in verdicts else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    except IndexError:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print("cannot compare: %s" % error, file=sys.stderr)
        sys.exit(2)
`;
