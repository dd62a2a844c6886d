#!/usr/bin/env python3
"""Prints the tables of docs/cost.md from operations.json, which tests count, and prices.json."""
import json
from pathlib import Path

HERE = Path(__file__).parent
MINUTES_PER_MONTH = 30 * 24 * 60


def load(name):
    return json.loads((HERE / name).read_text())


def per_million(amount):
    return f"${amount * 1e6:,.2f}"


def iteration(prices, counted):
    step = counted["iteration"]
    parts = {
        "table, written": step["dynamodb_write_units"] * prices["dynamodb_write_unit"],
        "table, written for snapshots": step["dynamodb_snapshot_write_units"]
        * prices["dynamodb_write_unit"],
        "table, read": step["dynamodb_read_units"] * prices["dynamodb_read_unit"],
        "queue": step["sqs_requests"] * prices["sqs_request"],
        "invocation": step["lambda_invocations"] * prices["lambda_invocation"],
    }
    return parts


def waiting(prices, seconds, memory_gb):
    return seconds * memory_gb * prices["lambda_arm_gb_second"]


def approval(prices, counted):
    """From the request in the commit to the resumed task: counted at the table, added up here."""
    units = counted["approval"]
    return (
        units["dynamodb_write_units"] * prices["dynamodb_write_unit"]
        + units["dynamodb_read_units"] * prices["dynamodb_read_unit"]
        + units["sqs_requests"] * prices["sqs_request"]
        + units["lambda_invocations_without_http"] * prices["lambda_invocation"]
        + units["assumed_http_api_requests"]
        * (prices["http_api_request"] + prices["lambda_invocation"])
    )


def idle(prices, counted):
    stack = counted["idle"]
    watchdog = MINUTES_PER_MONTH * (
        prices["lambda_invocation"]
        + prices["scheduler_invocation"]
        + stack["watchdog_queries"] * 0.5 * prices["dynamodb_read_unit"]
        + waiting(prices, stack["assumed_watchdog_seconds"], stack["assumed_memory_gb"])
    )
    polling = stack["queues_polled"] * stack["assumed_polls_per_queue_a_month"] * prices["sqs_request"]
    return {
        "watchdog, each minute": watchdog,
        "Lambda's polling of the queues": polling,
        "metrics that come without a task": stack["watchdog_metrics"] * prices["metric_month"]
        + MINUTES_PER_MONTH * stack["watchdog_line_bytes"] / 1e9 * prices["log_gb"],
        "secrets": stack["secrets"] * prices["secret_month"],
        "alarms": stack["alarms"] * prices["alarm_month"],
    }


def main():
    prices, counted = load("prices.json"), load("operations.json")
    print(f"Prices as of {prices['as_of']}: {prices['region']}.\n")
    print("| a million plain iterations | dollars |")
    print("| --- | ---: |")
    parts = iteration(prices, counted)
    for name, amount in parts.items():
        print(f"| {name} | {per_million(amount)} |")
    print(f"| **engine part** | **{per_million(sum(parts.values()))}** |")
    step = counted["iteration"]
    for memory in (0.25, 0.5, 1):
        seconds = step["waiting_seconds"]
        print(
            f"| waiting {seconds} s for the model in {memory:g} GB | "
            f"{per_million(waiting(prices, seconds, memory))} |"
        )
    print("\n| elsewhere, a million iterations | counted as | dollars |")
    print("| --- | --- | ---: |")
    for name, other in prices["elsewhere"].items():
        print(
            f"| {name} | {other['per_iteration']} {other['what']} | "
            f"{per_million(other['unit'] * other['per_iteration'])} |"
        )
    print("\n| a thousand approvals | dollars |")
    print("| --- | ---: |")
    print(
        "| request, notice, page, decision and the approved step | "
        f"${approval(prices, counted) * 1e3:,.3f} |"
    )
    print("\n| an idle stack, a month | dollars |")
    print("| --- | ---: |")
    parts = idle(prices, counted)
    for name, amount in parts.items():
        print(f"| {name} | ${amount:,.2f} |")
    print(f"| **in all** | **${sum(parts.values()):,.2f}** |")


if __name__ == "__main__":
    main()
